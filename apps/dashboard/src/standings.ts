import type { StudyReport } from '@espalier/study';
import { duration, loss, percent } from './format';

/** A line of what a finished study compared on the same examples. */
export interface Standing {
  readonly name: string;
  /** What it is, for people. */
  readonly title: string;
  readonly accuracy: number;
  /** Of the accuracy, 95 %. */
  readonly low: number;
  readonly high: number;
  /** In nats. */
  readonly logLoss: number;
  /** Of a trial, those after which it was best; null of what has none. */
  readonly epochs: number | null;
  /** What it took; null where that is not known. */
  readonly seconds: number | null;
  readonly isAnswer: boolean;
  /** Whether its interval holds the accuracy of the answer. */
  readonly ties: boolean;
}

export interface StandingColumn {
  readonly key: 'title' | 'accuracy' | 'interval' | 'logLoss' | 'epochs' | 'seconds';
  readonly label: string;
  readonly isNumber: boolean;
  readonly cell: (standing: Standing) => string;
  /** By what it is sorted, the least first; null stands last. */
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
    label: 'What it is',
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

/** Probes, baselines, trials and averages, in the order of the report: by log loss. */
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

/** Probes of earlier versions have no time. */
function probeSeconds(probes: StudyReport['probes'], name: string): number | null {
  for (const probe of probes) {
    if ('role' in probe && name === `${probe.role}-${probe.number}`) return probe.seconds;
  }
  return null;
}

/** Those in whose name or description a text stands, whatever the case of its letters. */
export function matching(standings: readonly Standing[], text: string): readonly Standing[] {
  const wanted = text.trim().toLowerCase();
  return standings.filter(({ name, title }) => `${name} ${title}`.toLowerCase().includes(wanted));
}

/** By a column, the best or least first; equals keep their order. */
export function sortedBy(standings: readonly Standing[], { order }: StandingColumn): readonly Standing[] {
  return [...standings].sort((a, b) => {
    const [x, y] = [order(a), order(b)];
    if (x === null || y === null) return Number(x === null) - Number(y === null);
    return typeof x === 'string' ? x.localeCompare(String(y)) : x - Number(y);
  });
}

/** All that is known of each, with every digit, as a table of RFC 4180. */
export function csvOf(standings: readonly Standing[]): string {
  const head = ['name', 'what', 'accuracy', 'low', 'high', 'log_loss', 'epochs', 'seconds', 'answer', 'tie'];
  const lines = standings.map(
    ({ name, title, accuracy, low, high, logLoss, epochs, seconds, isAnswer, ties }) =>
      [name, title, accuracy, low, high, logLoss, epochs ?? '', seconds ?? '', isAnswer, ties].map(String),
  );
  return [head, ...lines].map((cells) => `${cells.map(quoted).join(',')}\r\n`).join('');
}

const quoted = (cell: string): string => (/[",\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell);
