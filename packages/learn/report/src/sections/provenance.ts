import type { StudyReport } from '@espalier/study';
import { thousands } from '../format.js';
import { number, table, text } from '../markdown.js';

/** Which examples chose what; empty in reports of earlier versions. */
export const provenance = ({ provenance: rows }: StudyReport): string =>
  rows.length === 0
    ? ''
    : table(
        ['What', 'By', number('Examples')],
        rows.map(({ what, by, examples }) => [text(what), text(by), thousands(examples)]),
      );
