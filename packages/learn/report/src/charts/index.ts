import type { StudyReport } from '@espalier/study';
import { sectionsOf } from '../tasks/index.js';
import { freezeDepthChart } from './freezeDepth.js';
import { learningCurves } from './learningCurves.js';

/** The pictures of a report, those of its task last: file names and contents. */
export const chartsOf = async (report: StudyReport): Promise<(readonly [string, string])[]> => [
  ['learning-curves.svg', learningCurves(report)],
  ['freeze-depth.svg', freezeDepthChart(report)],
  ...(await sectionsOf(report).charts(report)),
];
