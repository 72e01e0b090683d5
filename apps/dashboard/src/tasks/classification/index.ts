import { percent, withInterval } from '../../format';
import { plain } from '../plain';
import type { TaskView } from '../view';

export const classification: TaskView = {
  result: (report) =>
    report.metric.name === 'accuracy'
      ? `On the test split it classifies ${withInterval(report.best.test, report.metric)} correctly.`
      : plain.result(report),
  facts: ({ classification: measured }) =>
    measured === undefined
      ? []
      : [
          ['Macro F1', percent(measured.macroF1)],
          ['Calibration error', percent(measured.calibrationError)],
        ],
};
