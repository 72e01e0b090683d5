import type { StudyReport } from '@espalier/study';
import { writeGap } from '@espalier/study/words';
import { writeInterval, writeMetric } from '../facts.js';
import { thousands } from '../format.js';
import { blocks, bullets, number, table, text } from '../markdown.js';

/** When to use what, and how much data it takes; empty in reports of earlier versions. */
export const advice = (report: StudyReport): string =>
  blocks(bullets(report.advice.map(({ sentence }) => text(sentence))), learningCurve(report));

/** What the leading probe reaches with less to learn from, and is expected to reach with more. */
function learningCurve(report: StudyReport): string {
  const { learningCurve: curve, metric } = report;
  if (curve === null) return '';
  const label = text(metric.label);
  const measured = curve.points.map((point) => [
    thousands(point.examples),
    writeMetric(point.value, report),
    writeInterval(point, report),
  ]);
  const expected = curve.expected.map(({ examples, gain, low, high }) => [
    thousands(examples),
    `expected: ${writeGap(metric, gain)} better`,
    `${writeGap(metric, low)} to ${writeGap(metric, high)}`,
  ]);
  return blocks(
    `What ${text(curve.probe)} reaches with so many examples to learn from, and by a power law through that with more:`,
    table([number('Examples'), number(label), number('95 % interval')], [...measured, ...expected]),
  );
}
