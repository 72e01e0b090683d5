import { inSentence } from '@espalier/study/words';
import type { GrowthReport, StudyReport } from '@espalier/study';
import { writeMetric } from '../facts.js';
import { counted, thousands } from '../format.js';
import { blocks, bullets, code, number, table, text } from '../markdown.js';

/**
 * What has changed since the study that this one grows; empty where it grows none. Whether more of the same
 * would help is said by the learning curve, not here.
 */
export function growthFacts(report: StudyReport): string {
  const { growth } = report;
  if (growth === undefined) return '';
  const { examples, classes } = growth;
  const named = (names: readonly string[]): string => names.map(text).join(', ');
  return blocks(
    `This study grows the one in ${code(growth.folder)}: the examples of that one kept their splits, and what was tested is tested again.`,
    table(
      ['Examples', number('Count')],
      [
        ['Before', thousands(examples.before)],
        ['Found again', thousands(examples.found)],
        ['New', thousands(examples.added)],
        ['Gone', thousands(examples.gone)],
        ['**Now**', thousands(examples.now)],
      ],
    ),
    bullets([
      ...(classes.added.length === 0 ? [] : [`New classes: ${named(classes.added)}.`]),
      ...(classes.gone.length === 0 ? [] : [`Classes that are gone: ${named(classes.gone)}.`]),
    ]),
    beforeAndNow(growth, report),
  );
}

/** Compares the two answers on the test examples that they have in common. */
function beforeAndNow({ test }: GrowthReport, report: StudyReport): string {
  if (test === null)
    return 'The two answers cannot be compared: the earlier study kept none of its answers on examples that are tested here.';
  const { examples, before, now, difference, low, high } = test;
  const label = text(inSentence(report.metric.label));
  const write = (value: number): string => writeMetric(value, report);
  const verdict =
    low > 0
      ? 'The new answer is better.'
      : high < 0
        ? 'The new answer is worse.'
        : 'These examples do not tell the two answers apart.';
  return (
    `On the ${counted(examples, 'test example')} of both, ${label} was ${write(before)} and is **${write(now)}**, ` +
    `a gain of ${write(difference)} (95 % interval ${write(low)} to ${write(high)}, example by example). ${verdict}`
  );
}
