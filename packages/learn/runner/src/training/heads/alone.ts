import type { HeadsTrainer } from '@espalier/engine';
import type { Checkpoint } from '../checkpoint.js';
import type { TrialHooks, TrialOutcome, TrialTask } from '../trial.js';
import { runHeads } from './run.js';

/** Trains a head as it would be trained among others. @throws the signal's reason when aborted */
export async function runHead(
  trainer: HeadsTrainer,
  task: TrialTask,
  { persist, decide, ...hooks }: TrialHooks,
  from: Checkpoint | null,
): Promise<TrialOutcome> {
  const outcomes: TrialOutcome[] = [];
  const end = (outcome: TrialOutcome): Promise<void> => {
    outcomes.push(outcome);
    return Promise.resolve();
  };
  await runHeads(trainer, [{ task, from, decide, goesOn: false, end }], {
    ...hooks,
    persist: async (checkpoints) => {
      for (const checkpoint of checkpoints.values()) await persist(checkpoint);
    },
  });
  const [outcome] = outcomes;
  if (outcome === undefined) throw new RangeError(`head ${task.name} has not ended`);
  return outcome;
}
