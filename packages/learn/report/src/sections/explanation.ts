import type { StudyReport } from '@espalier/study';
import { replaySentences } from '@espalier/study/words';
import { blocks, number, table, text } from '../markdown.js';

/** What made a difference among the trials, and what random search would have found; empty where nobody knows. */
export function explanation({ search, trials }: StudyReport): string {
  const { importance = [], random = null } = search.explanation ?? {};
  return blocks(
    importance.length === 0
      ? ''
      : blocks(
          `How much each dimension alone changes what the model of ${trials.length} trials expects:`,
          table(
            ['Dimension', number('Share of the differences')],
            importance.map(({ label, share }) => [text(label), `${Math.round(100 * share)} %`]),
          ),
        ),
    random === null ? '' : text(replaySentences(search.objective, random)),
  );
}
