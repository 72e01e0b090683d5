import { inSentence, writeAmount } from '@espalier/study/words';
import type { ReportedCost, StudyReport } from '@espalier/study';
import { writeMetric } from '../facts.js';
import { blocks, number, table, text, type NumberColumn } from '../markdown.js';

type Line = Pick<StudyReport['leaderboard'][number], 'costs' | 'over'>;

export const costColumns = ({ costs }: StudyReport): NumberColumn[] =>
  costs.map(({ label }) => number(text(label)));

/** What a line costs; what is over its limit is marked. */
export const costCells = ({ costs = {}, over = [] }: Line, report: StudyReport): string[] =>
  report.costs.map(({ name, units }) => {
    const amount = costs[name];
    if (amount === undefined) return '';
    const written = text(writeAmount(units, amount));
    return over.includes(name) ? `${written} (over)` : written;
  });

const limited = ({ costs }: StudyReport): string[] =>
  costs.flatMap(({ label, units, limit }) =>
    limit === null ? [] : [`${text(inSentence(label))} ${text(writeAmount(units, limit))}`],
  );

const listed = (items: readonly string[]): string => new Intl.ListFormat('en-GB').format(items);

/** As in `, of those within the limit of latency 5 ms`; empty where there is no limit. */
export function withinLimits(report: StudyReport): string {
  const limits = limited(report);
  return limits.length === 0 ? '' : `, of those within the limit of ${listed(limits)}`;
}

const weighedIn = ({ costs }: StudyReport): ReportedCost[] => costs.filter(({ weighed }) => weighed);

/** The lines of the leaderboard that are the best compromises; empty where no cost was measured. */
export function paretoFront(report: StudyReport): string {
  const { front, leaderboard, best, metric } = report;
  if (front.length === 0) return '';
  const named = listed([metric, ...weighedIn(report)].map(({ label }) => text(inSentence(label))));
  const lines = front.flatMap((name) => leaderboard.filter((line) => line.name === name));
  const [first] = weighedIn(report);
  const costOf = ({ costs }: Line): number => costs?.[first?.name ?? ''] ?? 0;
  const answers = best.name !== undefined && front.includes(best.name);
  return blocks(
    `These lines are beaten by no other in ${named} together: whichever is better in one is worse in another. ` +
      `The answer is chosen by its loss${withinLimits(report)}; it is ${answers ? '' : 'not '}among them.`,
    table(
      ['Name', 'Description', number(text(metric.label)), ...costColumns(report)],
      lines
        .toSorted((a, b) => costOf(a) - costOf(b))
        .map((line) => [
          line.name === best.name ? `**${text(line.name)}**` : text(line.name),
          text(line.title),
          writeMetric(line.value, report),
          ...costCells(line, report),
        ]),
    ),
    `![${text(metric.label)} of each line of the leaderboard by what it costs](pareto.svg)`,
  );
}
