import { namedValue } from '@espalier/study/words';
import { writeMetric } from '../facts.js';
import { counted, fixed } from '../format.js';
import { text } from '../markdown.js';
import { rowOf } from './rows.js';
import type { TaskSections } from './task.js';

/** Sections of a task that has none of its own: the metric, its interval and the loss. */
export const plain: TaskSections = {
  model: 'model',
  loss: 'Loss',
  scope: () => 'a model',
  result: (report) => {
    const { value, examples } = report.best.test;
    return `has ${text(namedValue(report.metric, writeMetric(value, report)))} on ${counted(examples, 'test example')}`;
  },
  metricRows: (report) => [
    rowOf(report, report.metric.label, ({ value }) => writeMetric(value, report)),
    rowOf(
      report,
      '95 % interval',
      ({ low, high }) => `${writeMetric(low, report)} to ${writeMetric(high, report)}`,
    ),
    rowOf(report, 'Loss', ({ loss }) => fixed(loss)),
    ...Object.keys(report.best.test.metrics)
      .filter((name) => name !== report.metric.name)
      .map((name) => rowOf(report, name, ({ metrics }) => fixed(metrics[name] ?? NaN))),
    rowOf(report, 'Examples', ({ examples }) => String(examples)),
  ],
  sections: () => [],
  charts: async () => [],
  outputs: 'each with a row for each example of the batch',
  use: (_, { many }) => `Predictions about ${many} like those of the training data.`,
  cardMetrics: ({ metric, best }) => [
    { type: metric.name, name: `Test ${metric.label}`, value: best.test.value },
  ],
  cardTables: () => '',
};
