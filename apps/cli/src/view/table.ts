import { ranked, type TrialRecord } from '@espalier/runner';
import Table from 'cli-table3';
import { bestAccuracy, type SearchState } from './state.js';
import { percent, rate } from './view.js';

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

/** The leaderboard: the running trial first, then the best, at most `rows`. */
export function leaderboard(state: SearchState, rows: number): string {
  const table = tableOf([
    '>trial',
    'backbone',
    '>frozen',
    '>rate',
    '>decay',
    'augment',
    '>epoch',
    '>accuracy',
    'state',
  ]);
  const all = [...state.trials.values()];
  const running = all.filter(({ status }) => status === 'running');
  const ended = ranked(all).filter(({ status }) => status !== 'running');
  const failed = all.filter(({ status }) => status === 'failed');
  for (const trial of [...running, ...ended, ...failed].slice(0, rows)) table.push(rowOf(state, trial));
  return table.toString();
}

function rowOf(state: SearchState, trial: TrialRecord): string[] {
  const { backbone, freezeDepth, learningRate, layerDecay, augmentation } = trial.configuration;
  const accuracy = bestAccuracy(trial);
  return [
    String(trial.number),
    backbone,
    `${freezeDepth} of ${state.stages.get(backbone) ?? '?'}`,
    rate(learningRate),
    String(layerDecay),
    augmentation,
    String(trial.epochs.length),
    accuracy === null ? '-' : percent(accuracy),
    trial.status === 'running' ? 'running' : `${trial.status}: ${trial.reason}`,
  ];
}
