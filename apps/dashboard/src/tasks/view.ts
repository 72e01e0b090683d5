import type { StudyReport, TaskEvaluation } from '@espalier/study';
import type { Fact } from '../components/Facts';

/** Texts of a task on the pages of studies and models. */
export interface TaskView {
  /** Result on the test split, a sentence. */
  readonly result: (report: StudyReport) => string;
  /** Measurements beside the report's metric. */
  readonly facts: (test: TaskEvaluation) => readonly Fact[];
}
