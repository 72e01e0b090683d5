import {
  decideTrial,
  earlyStopping,
  keyOf,
  nextStep,
  workOf,
  type Course,
  type NewTrial,
} from '@espalier/search';
import { bestEpoch, gainOf, studyRequestSchema, type TrialRecord } from '@espalier/study';
import { epochOf, type Grid, type GridTrial } from './grid.js';

export interface Strategy {
  readonly sampler: string;
  readonly pruner: string;
  /** Further settings of the study. */
  readonly settings?: object;
}

/** The best that a search had found after an epoch. */
export interface Found {
  readonly seconds: number;
  /** Floating-point operations for each training example, of all epochs so far. */
  readonly work: number;
  /** The best gain of the grid less the best that was found. */
  readonly regret: number;
}

/** The gain of a trial as it would be reported: at the epoch whose weights are kept. */
export const gainOfTrial = (trial: GridTrial, grid: Grid): number => {
  const best = bestEpoch(trial.curve.map((_, i) => epochOf(trial, grid, i + 1)));
  return best === null ? -Infinity : gainOf(best, grid.objective);
};

export const bestGain = (grid: Grid): number =>
  Math.max(...grid.trials.map((trial) => gainOfTrial(trial, grid)));

/**
 * Replays a study on a recorded grid: the same decisions as a live one takes, in no time. It goes on until every
 * configuration has been tried, or the best of the grid has been found.
 *
 * @param enough regret at which it ends
 */
export async function replay(
  grid: Grid,
  strategy: Strategy,
  seed: number,
  enough = 0,
): Promise<readonly Found[]> {
  const table = new Map(grid.trials.map((trial) => [keyOf(trial.configuration), trial]));
  const settings = studyRequestSchema.parse({
    command: 'replay',
    dataset: { path: '.' },
    backbones: grid.space.backbones.map(({ id }) => id),
    baseline: false,
    seed,
    budget: { trials: grid.trials.length, epochs: grid.epochs, exhaust: true },
    ...{ sampler: strategy.sampler, pruner: strategy.pruner },
    ...strategy.settings,
  });
  const best = bestGain(grid);
  const found: Found[] = [];
  const trials: TrialRecord[] = [];
  const spent = { seconds: 0, work: 0, gain: -Infinity };
  const course = (): Course => ({
    ...{ settings, space: grid.space, objective: grid.objective, probes: grid.probes, trials },
    ...{ trainable: [], searchEnded: null, elapsed: spent.seconds },
  });
  for (;;) {
    const step = await nextStep(course(), 1);
    if (step.kind !== 'trial') return found;
    const recorded = table.get(keyOf(step.trial.configuration));
    if (recorded === undefined) throw new Error(`the grid lacks ${keyOf(step.trial.configuration)}`);
    const running: TrialRecord = { ...step.trial, status: 'running', reason: '', epochs: [] };
    const ended = await train(grid, recorded, running, course, (trial) => {
      spent.seconds += recorded.seconds;
      spent.work += workOf(grid.space, trial.configuration);
      const kept = bestEpoch(trial.epochs);
      if (kept !== null) spent.gain = Math.max(spent.gain, gainOf(kept, grid.objective));
      found.push({ seconds: spent.seconds, work: spent.work, regret: best - spent.gain });
    });
    trials.push(ended);
    if (best - spent.gain <= enough) return found;
  }
}

/** Goes through the recorded epochs of a trial until something ends it. */
async function train(
  grid: Grid,
  recorded: GridTrial,
  trial: TrialRecord,
  course: () => Course,
  onEpoch: (trial: TrialRecord) => void,
): Promise<TrialRecord> {
  const stopsEarly = earlyStopping({ patience: course().settings.training.patience });
  let now = trial;
  for (let epoch = 1; epoch <= recorded.curve.length; epoch++) {
    now = { ...now, epochs: [...now.epochs, epochOf(recorded, grid, epoch)] };
    onEpoch(now);
    if (epoch === recorded.curve.length) break;
    if (stopsEarly(now.epochs.map((one) => gainOf(one, grid.objective)))) break;
    const ending = await decideTrial(course(), keyOfTrial(trial), now.epochs);
    if (ending !== null) return { ...now, ...ending };
  }
  return { ...now, status: 'complete', reason: 'all epochs' };
}

const keyOfTrial = ({ role, number, configuration }: TrialRecord): NewTrial => ({
  role,
  number,
  configuration,
});
