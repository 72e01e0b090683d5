import type { StudyReport } from '@espalier/study';
import { calibrationChart } from './calibration.js';
import { confusionChart } from './confusion.js';
import { confusionPictureUpTo } from './limits.js';
import { freezeDepthChart } from './freezeDepth.js';
import { learningCurves } from './learningCurves.js';

/** The pictures of a report: file names and contents. */
export const chartsOf = (report: StudyReport): (readonly [string, string])[] => [
  ['learning-curves.svg', learningCurves(report)],
  ['calibration.svg', calibrationChart(report)],
  ...(report.dataset.classes.length <= confusionPictureUpTo
    ? [['confusion.svg', confusionChart(report)] as const]
    : []),
  ['freeze-depth.svg', freezeDepthChart(report)],
];
