import type { StudyReport, TaskEvaluation } from '@espalier/study';
import type { MetricRow } from './task.js';

/** A row with a cell for the training, the validation and the test split. */
export const rowOf = (
  { best: { train, validation, test } }: StudyReport,
  name: string,
  of: (split: TaskEvaluation) => string,
): MetricRow => [name, of(train), of(validation), of(test)];
