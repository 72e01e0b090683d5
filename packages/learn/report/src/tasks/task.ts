import type { StudyReport } from '@espalier/study';

/** Metric of a model card, as the Hugging Face hub names it. */
export interface CardMetric {
  readonly type: string;
  readonly name: string;
  readonly value: number;
}

/** Row of a table: a name, and a cell for each split. */
export type MetricRow = readonly [name: string, ...cells: string[]];

/** Texts and pictures of a task in a report. */
export interface TaskSections {
  /** Noun for the model: "classifier". */
  readonly model: string;
  /** Name of the loss: "Log loss". */
  readonly loss: string;
  /** What the model answers, for the title: "3 classes". */
  readonly scope: (report: StudyReport) => string;
  /** Verb and result on the test split: "classifies **90 %** of 40 test examples correctly". */
  readonly result: (report: StudyReport) => string;
  /** The metrics of the answer on each split. */
  readonly metricRows: (report: StudyReport) => readonly MetricRow[];
  /** Sections after the metrics: a title and a body each. */
  readonly sections: (report: StudyReport) => readonly (readonly [title: string, body: string])[];
  /** Pictures that the sections show: file names and contents. */
  readonly charts: (report: StudyReport) => Promise<readonly (readonly [name: string, svg: string])[]>;
  /** Shapes of the model's outputs, a clause after their names: "both of shape [batch, classes]". */
  readonly outputs: string;
  /** What the model is for, a paragraph. @param things in the plural, such as "pictures" */
  readonly use: (report: StudyReport, things: { readonly one: string; readonly many: string }) => string;
  readonly cardMetrics: (report: StudyReport) => readonly CardMetric[];
  /** Tables of a model card's evaluation, after the metrics. */
  readonly cardTables: (report: StudyReport) => string;
}
