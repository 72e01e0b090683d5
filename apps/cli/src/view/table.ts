import { ranked, type TrialRecord } from '@espalier/runner';
import Table from 'cli-table3';
import { bestAccuracy, type SearchState } from './state.js';
import { percent, rate } from './view.js';

/** The leaderboard: the running trial first, then the best, at most `rows`. */
export function leaderboard(state: SearchState, rows: number): string {
  const table = new Table({
    head: ['trial', 'backbone', 'frozen', 'rate', 'decay', 'augment', 'epoch', 'accuracy', 'state'],
    style: { head: [], border: [] },
    colAligns: ['right', 'left', 'right', 'right', 'right', 'left', 'right', 'right', 'left'],
  });
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
