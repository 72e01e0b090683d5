import { buffer } from 'node:stream/consumers';
import type { EpochRecord, Unstamped } from '@espalier/study';
import { checkpointPath, weightsPath } from '@espalier/study/folder';
import { decodeCheckpoint, encodeCheckpoint, writeWeights, type Checkpoint } from './checkpoint.js';
import type { Session } from './session.js';
import { runTrial, type TrialHooks, type TrialOutcome, type TrialTask } from './trial.js';

export interface PersistedRun extends Pick<TrialHooks, 'decide' | 'onStep'> {
  readonly task: TrialTask;
  /** Epochs the journal already has. */
  readonly known: readonly EpochRecord[];
  /** What an epoch is in the study's history; null where it is no part of it. */
  readonly event: (epoch: EpochRecord) => Unstamped | null;
  /** Told of each epoch once it is kept. */
  readonly onEpoch?: (epoch: EpochRecord) => void;
}

/**
 * Trains a task so that it can go on after a crash at any moment: checkpoint first, then the history, which is
 * brought up to the checkpoint before training goes on. The best weights are on the disk when it returns; the
 * checkpoint is the caller's to remove once the end is recorded.
 */
export async function runPersisted(session: Session, run: PersistedRun): Promise<TrialOutcome> {
  const { folder, signal, checkpoints } = session;
  const { task, decide, onStep, onEpoch = () => undefined } = run;
  const { name } = task;
  const checkpoint = await checkpointOf(session, task);
  const journaled = new Set(run.known.map(({ epoch }) => epoch));
  for (const epoch of checkpoint?.epochs ?? []) {
    const event = journaled.has(epoch.epoch) ? null : run.event(epoch);
    if (event === null) continue;
    await session.record(event);
    onEpoch(epoch);
  }
  const outcome = await runTrial(
    task,
    {
      signal,
      decide,
      ...(onStep && { onStep }),
      persist: async (at) => {
        const epoch = at.epochs.at(-1) as EpochRecord;
        const content = encodeCheckpoint(at);
        await checkpoints.write({ name, epoch: epoch.epoch, content }, run.event(epoch));
        onEpoch(epoch);
      },
    },
    checkpoint,
  );
  if (outcome.best !== null && outcome.status !== 'failed') {
    await writeWeights(weightsPath(folder, name), outcome.best);
  }
  return outcome;
}

/**
 * The checkpoint to go on from. One of a version that did not standardise the features holds a head in
 * other units: its trial begins again.
 */
async function checkpointOf(
  { folder, checkpoints }: Session,
  { constants, name }: TrialTask,
): Promise<Checkpoint | null> {
  const stream = await checkpoints.read(name);
  if (stream === null) return null;
  const checkpoint = decodeCheckpoint(await buffer(stream), checkpointPath(folder, name));
  return [...constants.keys()].every((constant) => checkpoint.best.has(constant)) ? checkpoint : null;
}
