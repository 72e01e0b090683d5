import { thousands } from '../format.js';
import { block, blocks, bullets, number, table, text } from '../markdown.js';
import type { ReportedBackbone, StudyReport } from '@espalier/study';

/** Lists the source and licence of the pre-trained networks. */
export const backboneFacts = ({ backbones }: StudyReport): string =>
  blocks(
    table(
      [
        'Backbone',
        'Family',
        number('Parameters'),
        number('Stages'),
        'Depths searched',
        'Licence',
        'Commercial use',
        'Source',
      ],
      backbones.map((backbone) => [
        text(backbone.id),
        text(backbone.family),
        thousands(backbone.parameters),
        String(backbone.stages),
        backbone.freezeDepths.join(', '),
        text(backbone.licence.spdx),
        backbone.licence.commercialUse,
        text(backbone.source),
      ]),
    ),
    bullets(backbones.flatMap(({ id, notes }) => notes.map((note) => `${text(id)}: ${text(note)}`))),
    ...backbones.map(citation),
  );

const citation = (backbone: ReportedBackbone): string =>
  backbone.citation === null
    ? ''
    : blocks(`Citation of ${text(backbone.id)}:`, citationText(backbone.citation));

/** BibTeX as code, anything else as text. */
export const citationText = (value: string): string =>
  value.trimStart().startsWith('@') ? block('bibtex', value.trim()) : text(value);
