import type { ReportedCost, StudyReport } from '@espalier/study';
import { writeAmount } from '@espalier/study/words';
import { duration, loss, objectiveText } from '../format';

/** A row of the leaderboard of a finished study. */
export interface Standing {
  readonly name: string;
  /** Description for people. */
  readonly title: string;
  /** The report's metric. */
  readonly value: number;
  /** Bounds of its 95 % interval. */
  readonly low: number;
  readonly high: number;
  readonly loss: number;
  /** Epochs up to the best one; null for entries without epochs. */
  readonly epochs: number | null;
  /** Seconds of computation; null where unknown. */
  readonly seconds: number | null;
  readonly isAnswer: boolean;
  /** What it costs, by the names of the report's costs. */
  readonly costs: Readonly<Record<string, number>>;
  /** Names of the costs that are over their limits. */
  readonly over: readonly string[];
  /** Whether no other entry beats it in metric and costs together. */
  readonly onFront: boolean;
  /** Whether the interval holds the value of the answer. */
  readonly ties: boolean;
}

export interface StandingColumn {
  readonly key: string;
  readonly label: string;
  readonly isNumber: boolean;
  readonly cell: (standing: Standing) => string;
  /** Sort key, the least first; null comes last. */
  readonly order: (standing: Standing) => number | string | null;
}

/** Columns of the leaderboard of a report with this metric and these costs. */
export const standingColumns = ({
  metric,
  costs,
}: Pick<StudyReport, 'metric' | 'costs'>): readonly StandingColumn[] => [
  {
    ...{ key: 'value', label: metric.label, isNumber: true },
    cell: ({ value }) => objectiveText(value, metric),
    order: ({ value }) => worse(metric) * value,
  },
  {
    ...{ key: 'interval', label: '95 % interval', isNumber: true },
    cell: ({ low, high }) => `${objectiveText(low, metric)} to ${objectiveText(high, metric)}`,
    order: ({ low, high }) => (metric.direction === 'maximise' ? -low : high),
  },
  {
    ...{ key: 'loss', label: 'Loss', isNumber: true },
    cell: (standing) => loss(standing.loss),
    order: (standing) => standing.loss,
  },
  {
    key: 'title',
    label: 'Description',
    isNumber: false,
    cell: ({ title }) => title,
    order: ({ title }) => title,
  },
  {
    ...{ key: 'epochs', label: 'Epochs', isNumber: true },
    cell: ({ epochs }) => (epochs === null ? '–' : String(epochs)),
    order: ({ epochs }) => epochs,
  },
  {
    ...{ key: 'seconds', label: 'Time', isNumber: true },
    cell: ({ seconds }) => (seconds === null ? '–' : duration(seconds)),
    order: ({ seconds }) => seconds,
  },
  ...costs.map(costColumn),
];

/** The column of a cost; what is over its limit is marked. */
const costColumn = ({ name, label, units }: ReportedCost): StandingColumn => ({
  ...{ key: name, label, isNumber: true },
  cell: ({ costs, over }) =>
    costs[name] === undefined
      ? '–'
      : `${writeAmount(units, costs[name])}${over.includes(name) ? ' (over)' : ''}`,
  order: ({ costs }) => costs[name] ?? null,
});

/** Sign of an order in which the best value comes first. */
const worse = ({ direction }: StudyReport['metric']): number => (direction === 'maximise' ? -1 : 1);

/** Lists probes, baselines, trials and averages in the order of the report: by loss. */
export function standingsOf({ leaderboard, best, trials, probes, front }: StudyReport): Standing[] {
  const answer = leaderboard.find(({ name }) => name === best.name);
  return leaderboard.map(({ name, title, costs = {}, over = [], ...measured }) => {
    const trial = trials.find(({ number }) => name === `trial-${number}`);
    const { low, high } = measured;
    const isAnswer = name === answer?.name;
    return {
      ...{ name, title, isAnswer, costs, over },
      onFront: front.includes(name),
      ...{ value: measured.value, low, high, loss: measured.loss },
      epochs: trial?.bestEpoch ?? null,
      seconds: trial?.seconds ?? probeSeconds(probes, name),
      ties: answer !== undefined && !isAnswer && low <= answer.value && answer.value <= high,
    };
  });
}

/** Time of an entry; probes of earlier versions have none. */
function probeSeconds(probes: StudyReport['probes'], name: string): number | null {
  for (const probe of probes) {
    if ('role' in probe && name === `${probe.role}-${probe.number}`) return probe.seconds;
  }
  return null;
}

/** Filters entries by a text in their name or description, ignoring case. */
export function matching(standings: readonly Standing[], text: string): readonly Standing[] {
  const wanted = text.trim().toLowerCase();
  return standings.filter(({ name, title }) => `${name} ${title}`.toLowerCase().includes(wanted));
}

/** Sorts by a column, the best or least first; equal entries keep their order. */
export function sortedBy(standings: readonly Standing[], { order }: StandingColumn): readonly Standing[] {
  return [...standings].sort((a, b) => {
    const [x, y] = [order(a), order(b)];
    if (x === null || y === null) return Number(x === null) - Number(y === null);
    return typeof x === 'string' ? x.localeCompare(String(y)) : x - Number(y);
  });
}

/** Exports the entries with all digits as CSV (RFC 4180). */
export function csvOf(
  standings: readonly Standing[],
  { metric, costs }: Pick<StudyReport, 'metric' | 'costs'>,
): string {
  const head = ['name', 'what', metric.name, 'low', 'high', 'loss', 'epochs', 'seconds', 'answer', 'tie'];
  const names = costs.map(({ name }) => name);
  const lines = standings.map(({ name, title, value, low, high, loss: mean, ...one }) =>
    [
      ...[name, title, value, low, high, mean, one.epochs ?? '', one.seconds ?? '', one.isAnswer, one.ties],
      ...names.map((cost) => one.costs[cost] ?? ''),
    ].map(String),
  );
  return [[...head, ...names], ...lines].map((cells) => `${cells.map(quoted).join(',')}\r\n`).join('');
}

const quoted = (cell: string): string => (/[",\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell);
