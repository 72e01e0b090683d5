import { counted } from '@espalier/data';
import { bestLoss, ranked, type ProbeRecord, type TrialRecord } from '@espalier/runner';
import type { FinishedStudy } from '@espalier/sdk';
import Table from 'cli-table3';
import { bestAccuracy, type SearchState } from './state.js';
import { percent, printable, rate } from './view.js';

/** Without lines between the rows: they would take half of the screen. */
const frame = { mid: '', 'left-mid': '', 'mid-mid': '', 'right-mid': '' };

/** A table of plain text; columns that start with `>` are set to the right. */
export function tableOf(columns: readonly string[]): Table.Table {
  return new Table({
    head: columns.map((column) => column.replace(/^>/, '')),
    colAligns: columns.map((column) => (column.startsWith('>') ? 'right' : 'left')),
    style: { head: [], border: [] },
    chars: frame,
  });
}

const COLUMNS = [
  'entry',
  'backbone',
  '>frozen',
  '>rate',
  '>decay',
  'augment',
  '>epoch',
  '>accuracy',
  '>log loss',
  'state',
] as const;

/**
 * Probes, baselines and trials in one list: the running trials first, then by log loss, at most `rows`.
 * Probes are measured by folds and trials on the validation split until the search has ended.
 */
export function leaderboard(state: SearchState, rows: number): string {
  const table = tableOf(COLUMNS);
  const all = [...state.trials.values()];
  const running = all.filter(({ status }) => status === 'running');
  const failed = all.filter(({ status }) => status === 'failed');
  const measured = [
    ...ranked(all)
      .filter(({ status }) => status !== 'running')
      .map((trial) => ({ loss: bestLoss(trial), row: rowOf(state, trial) })),
    ...state.probes.map((probe) => ({ loss: probe.logLoss, row: probeRow(probe) })),
  ].sort((a, b) => a.loss - b.loss);
  const lines = [
    ...running.map((trial) => rowOf(state, trial)),
    ...measured.map(({ row }) => row),
    ...failed.map((trial) => rowOf(state, trial)),
  ];
  for (const line of lines.slice(0, rows)) table.push(line);
  return table.toString();
}

/** The list at the end: what was compared on the same examples, then the other trials, at most `rows`. */
export function standings(state: SearchState, entries: FinishedStudy['standings'], rows: number): string {
  if (entries.length === 0) return leaderboard(state, rows);
  const table = tableOf(['entry', 'what it is', '>accuracy', '>95 % interval', '>log loss', 'measured']);
  const named = new Set(entries.map(({ name }) => name));
  const others = ranked([...state.trials.values()]).filter(({ number }) => !named.has(`trial-${number}`));
  const lines = [
    ...entries.map(({ name, title, accuracy, low, high, logLoss, examples, basis }) => [
      name,
      printable(title),
      percent(accuracy),
      `${percent(low)} to ${percent(high)}`,
      logLoss.toFixed(3),
      `${counted(examples, 'example')}${basis === 'folds' ? ' by folds' : ', validation'}`,
    ]),
    ...others.map((trial) => [
      `trial-${trial.number}`,
      whatOf(trial),
      percent(bestAccuracy(trial) ?? 0),
      '',
      bestLoss(trial).toFixed(3),
      `validation; ${trial.status}: ${trial.reason}`,
    ]),
  ];
  for (const line of lines.slice(0, rows)) table.push(line);
  const left = lines.length - rows;
  return left > 0 ? `${table.toString()}\nand ${left} more in the report` : table.toString();
}

const whatOf = ({ configuration: { backbone, freezeDepth, learningRate } }: TrialRecord): string =>
  `${backbone}, trained from depth ${freezeDepth} at ${rate(learningRate)}`;

function rowOf(state: SearchState, trial: TrialRecord): string[] {
  const { backbone, freezeDepth, learningRate, layerDecay, augmentation } = trial.configuration;
  const accuracy = bestAccuracy(trial);
  return [
    `trial-${trial.number}`,
    backbone,
    `${freezeDepth} of ${state.stages.get(backbone) ?? '?'}`,
    rate(learningRate),
    String(layerDecay),
    augmentation,
    String(trial.epochs.length),
    accuracy === null ? '-' : percent(accuracy),
    accuracy === null ? '-' : bestLoss(trial).toFixed(3),
    trial.status === 'running' ? 'running' : `${trial.status}: ${trial.reason}`,
  ];
}

const probeRow = ({ number, role, backbone, title, accuracy, low, high, logLoss }: ProbeRecord): string[] => [
  `${role}-${number}`,
  backbone ?? 'none',
  ...['', '', '', '', ''],
  percent(accuracy),
  logLoss.toFixed(3),
  `${title} (${percent(low)} to ${percent(high)})`,
];
