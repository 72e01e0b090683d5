import type { StudyReport } from '@espalier/study';
import { number, table, text } from '../markdown.js';
import { sectionsOf } from '../tasks/index.js';

/** The metrics of the answer on each split. */
export const metrics = (report: StudyReport): string =>
  table(
    ['Metric', number('Training'), number('Validation'), number('Test')],
    sectionsOf(report)
      .metricRows(report)
      .map(([name, ...cells]) => [text(name), ...cells]),
  );
