import { ReportError, type TaskEvaluation } from '@espalier/study';

export type Classified = NonNullable<TaskEvaluation['classification']>;

/** Measurements of a classifier; throws for a report of a classifier that has none. */
export function classified({ classification }: TaskEvaluation): Classified {
  if (classification === undefined)
    throw new ReportError('The report of a classifier has no measurements of it.');
  return classification;
}
