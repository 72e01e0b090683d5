import type { StudyReport } from '@espalier/study';
import { calibrationChart } from './calibration.js';
import { confusionChart } from './confusion.js';
import { confusionPictureUpTo } from './limits.js';

/** The reliability diagram, and the confusion matrix of a readable number of classes. */
export const chartsOf = (report: StudyReport): (readonly [string, string])[] => [
  ['calibration.svg', calibrationChart(report)],
  ...(report.dataset.classes.length <= confusionPictureUpTo
    ? [['confusion.svg', confusionChart(report)] as const]
    : []),
];
