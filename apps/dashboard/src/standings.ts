import type { StudyReport } from '@espalier/study';
import { duration, loss, percent } from './format';

/** A row of the leaderboard of a finished study. */
export interface Standing {
  readonly name: string;
  /** Description for people. */
  readonly title: string;
  readonly accuracy: number;
  /** Bounds of the accuracy's 95 % interval. */
  readonly low: number;
  readonly high: number;
  /** In nats. */
  readonly logLoss: number;
  /** Epochs up to the best one; null for entries without epochs. */
  readonly epochs: number | null;
  /** Seconds of computation; null where unknown. */
  readonly seconds: number | null;
  readonly isAnswer: boolean;
  /** Whether the interval holds the accuracy of the answer. */
  readonly ties: boolean;
}

export interface StandingColumn {
  readonly key: 'title' | 'accuracy' | 'interval' | 'logLoss' | 'epochs' | 'seconds';
  readonly label: string;
  readonly isNumber: boolean;
  readonly cell: (standing: Standing) => string;
  /** Sort key, the least first; null comes last. */
  readonly order: (standing: Standing) => number | string | null;
}

export const standingColumns: readonly StandingColumn[] = [
  {
    ...{ key: 'accuracy', label: 'Accuracy', isNumber: true },
    cell: ({ accuracy }) => percent(accuracy),
    order: ({ accuracy }) => -accuracy,
  },
  {
    ...{ key: 'interval', label: '95 % interval', isNumber: true },
    cell: ({ low, high }) => `${percent(low)} to ${percent(high)}`,
    order: ({ low }) => -low,
  },
  {
    ...{ key: 'logLoss', label: 'Log loss', isNumber: true },
    cell: ({ logLoss }) => loss(logLoss),
    order: ({ logLoss }) => logLoss,
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
];

/** Lists probes, baselines, trials and averages in the order of the report: by log loss. */
export function standingsOf({ leaderboard, best, trials, probes }: StudyReport): Standing[] {
  const answer = leaderboard.find(({ name }) => name === best.name);
  return leaderboard.map(({ name, title, accuracy, low, high, logLoss }) => {
    const trial = trials.find(({ number }) => name === `trial-${number}`);
    const isAnswer = name === answer?.name;
    return {
      ...{ name, title, accuracy, low, high, logLoss, isAnswer },
      epochs: trial?.bestEpoch ?? null,
      seconds: trial?.seconds ?? probeSeconds(probes, name),
      ties: answer !== undefined && !isAnswer && low <= answer.accuracy && answer.accuracy <= high,
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
export function csvOf(standings: readonly Standing[]): string {
  const head = ['name', 'what', 'accuracy', 'low', 'high', 'log_loss', 'epochs', 'seconds', 'answer', 'tie'];
  const lines = standings.map(
    ({ name, title, accuracy, low, high, logLoss, epochs, seconds, isAnswer, ties }) =>
      [name, title, accuracy, low, high, logLoss, epochs ?? '', seconds ?? '', isAnswer, ties].map(String),
  );
  return [head, ...lines].map((cells) => `${cells.map(quoted).join(',')}\r\n`).join('');
}

const quoted = (cell: string): string => (/[",\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell);
