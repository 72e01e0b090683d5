import { counted } from '../format.js';
import { modalityFacts } from '@espalier/data/modalities';
import { modalityLines } from '../modalities.js';
import { block, blocks, code, table, text } from '../markdown.js';
import type { StudyReport } from '@espalier/study';
import { sectionsOf } from '../tasks/index.js';
import { clean } from '../text.js';

/** The command that began the study, or where it was begun without one; Markdown. */
export const beginning = ({ origin, command }: StudyReport): string =>
  origin === 'command'
    ? block('sh', command)
    : `No command began it: it is ${text(command)}, which keeps all its settings.`;

/** Lists the command and everything else that determines the numbers. */
export function reproduction(report: StudyReport): string {
  const { environment, dataset, backbones } = report;
  return blocks(
    beginning(report),
    table(
      ['What', 'Value'],
      [
        ['Seed', String(report.seed)],
        ['Dataset', text(dataset.path)],
        ['Hash of the dataset and its split', text(dataset.hash)],
        ...backbones.map(({ id, hash }) => [`Hash of ${text(id)}`, text(hash)]),
        ['Espalier', text(report.espalier)],
        ['Node', text(environment.node)],
        ['Platform', text(environment.platform)],
        ['CPU', `${text(environment.cpu)}, ${counted(environment.cores, 'core')}`],
        ['Engine', text(environment.engine)],
        ['Computed on', text(environment.device)],
        ['Date', text(report.createdAt)],
      ],
    ),
    ...(report.resume === null
      ? []
      : [`The study's folder, to give to ${code('--resume')}: ${code(report.resume)}`]),
  );
}

/** Explains how to run the model with and without Espalier. */
export function usage(report: StudyReport): string {
  const { resume, files, dataset } = report;
  const model = resume === null ? files.model : `${resume.replace(/\/+$/, '')}/${files.model}`;
  return blocks(
    block(
      'sh',
      `espalier predict ${shellWord(model)} ${shellWord(modalityFacts.get(dataset.modality).words.example)}`,
    ),
    `Without Espalier, any ONNX runtime reads ${code(files.model)}. How the inputs are ` +
      `made is in ${code(files.preprocessing)}; the outputs are ${code('logits')} and ${code('probabilities')}, ` +
      `${sectionsOf(report).outputs}.`,
    block('js', modalityLines[dataset.modality].runtime(JSON.stringify(clean(files.model)))),
  );
}

const shellWord = (word: string): string =>
  /^[\w./:@=+-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
