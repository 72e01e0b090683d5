import { counted, percent } from '../../format.js';
import { writeMetric } from '../../facts.js';
import { namedValue } from '@espalier/study/words';
import { firstOf, text } from '../../markdown.js';
import type { TaskSections } from '../task.js';
import { classified } from './classified.js';
import { calibration, confusion, metricRows, perClass } from './sections.js';

const classesListed = 40;

export const classification: TaskSections = {
  model: 'classifier',
  loss: 'Log loss',
  scope: ({ dataset }) => counted(dataset.classes.length, 'class', 'classes'),
  result: (report) => {
    const { value, examples } = report.best.test;
    const of = counted(examples, 'test example');
    return report.metric.name === 'accuracy'
      ? `classifies **${percent(value)}** of ${of} correctly`
      : `classifies ${of} with ${text(namedValue(report.metric, writeMetric(value, report)))}`;
  },
  metricRows,
  sections: (report) => [
    ['Confusion on the test split', confusion(report)],
    ['Classes on the test split', perClass(report)],
    ['Calibration', calibration(report)],
  ],
  charts: async (report) => (await import('./charts.js')).chartsOf(report),
  outputs: 'both of shape [batch, classes], with the classes in the order of this report',
  use: ({ dataset }, { one, many }) => {
    const names = firstOf(dataset.classes.map(text), classesListed).join(', ');
    return (
      `Telling ${counted(dataset.classes.length, 'class', 'classes')} of ${many} apart: ${names}.\n\n` +
      `It gives every ${one} one of these classes, also one that belongs to none of them.`
    );
  },
  cardMetrics: ({ best }) => {
    const { accuracy, macroF1 } = classified(best.test);
    return [
      { type: 'accuracy', name: 'Test accuracy', value: accuracy },
      { type: 'f1', name: 'Test macro F1', value: macroF1 },
    ];
  },
  cardTables: perClass,
};
