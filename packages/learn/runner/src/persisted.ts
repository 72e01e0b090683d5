import { readCheckpoint, writeCheckpoint, writeWeights, type Checkpoint } from './checkpoint.js';
import type { EpochRecord } from '@espalier/study';
import { checkpointPath, weightsPath } from '@espalier/study/folder';
import type { Session } from './session.js';
import { runTrial, type TrialHooks, type TrialOutcome, type TrialTask } from './trial.js';

export interface PersistedRun extends Pick<TrialHooks, 'decide' | 'onStep'> {
  readonly task: TrialTask;
  /** Epochs the journal already has. */
  readonly known: readonly EpochRecord[];
  /** Writes an epoch to the journal. */
  readonly record: (epoch: EpochRecord) => Promise<void>;
}

/**
 * Trains a task so that it can go on after a crash at any moment: checkpoint first, then the journal,
 * which is brought up to the checkpoint before training goes on. The best weights are on the disk when
 * it returns; the checkpoint is the caller's to remove once the end is recorded.
 */
export async function runPersisted(session: Session, run: PersistedRun): Promise<TrialOutcome> {
  const { folder, signal } = session;
  const { task, record, decide, onStep } = run;
  const path = checkpointPath(folder, task.name);
  const checkpoint = await checkpointOf(task, path);
  const journaled = new Set(run.known.map(({ epoch }) => epoch));
  for (const epoch of checkpoint?.epochs ?? []) if (!journaled.has(epoch.epoch)) await record(epoch);
  const outcome = await runTrial(
    task,
    {
      signal,
      decide,
      ...(onStep && { onStep }),
      persist: async (at) => {
        await writeCheckpoint(path, at);
        await record(at.epochs.at(-1) as EpochRecord);
      },
    },
    checkpoint,
  );
  if (outcome.best !== null && outcome.status !== 'failed') {
    await writeWeights(weightsPath(folder, task.name), outcome.best);
  }
  return outcome;
}

/**
 * The checkpoint to go on from. One of a version that did not standardise the features holds a head in
 * other units: its trial begins again.
 */
async function checkpointOf({ constants }: TrialTask, path: string): Promise<Checkpoint | null> {
  const checkpoint = await readCheckpoint(path);
  if (checkpoint === null) return null;
  return [...constants.keys()].every((name) => checkpoint.best.has(name)) ? checkpoint : null;
}
