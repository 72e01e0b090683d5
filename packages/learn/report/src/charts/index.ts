import type { StudyReport } from '@espalier/study';
import { sectionsOf } from '../tasks/index.js';
import { freezeDepthChart } from './freezeDepth.js';
import { paretoChart } from './pareto.js';
import { learningCurves } from './learningCurves.js';

const paretoOf = (report: StudyReport): (readonly [string, string])[] => {
  const chart = paretoChart(report);
  return chart === null ? [] : [['pareto.svg', chart]];
};

/** The pictures of a report, those of its task last: file names and contents. */
export const chartsOf = async (report: StudyReport): Promise<(readonly [string, string])[]> => [
  ['learning-curves.svg', learningCurves(report)],
  ['freeze-depth.svg', freezeDepthChart(report)],
  ...paretoOf(report),
  ...(await sectionsOf(report).charts(report)),
];
