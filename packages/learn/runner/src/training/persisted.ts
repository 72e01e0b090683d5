import { buffer } from 'node:stream/consumers';
import type { EpochRecord, Unstamped } from '@espalier/study';
import { checkpointPath, weightsPath } from '@espalier/study/folder';
import { decodeCheckpoint, encodeCheckpoint, writeWeights, type Checkpoint } from './checkpoint.js';
import type { Session } from '../study/session.js';
import { runTrial, type TrialHooks, type TrialOutcome, type TrialTask } from './trial.js';

/** What is told of a run, and what ends it. */
export interface RunHooks extends Pick<TrialHooks, 'decide' | 'onStep'> {
  /** Epochs the journal already has. */
  readonly known: readonly EpochRecord[];
  /** What an epoch is in the study's history; null where it is no part of it. */
  readonly event: (epoch: EpochRecord) => Unstamped | null;
  /** Told of each epoch once it is kept. */
  readonly onEpoch?: (epoch: EpochRecord) => void;
}

export interface PersistedRun extends RunHooks {
  readonly task: TrialTask;
}

/** How something learns, from the beginning or from its checkpoint. */
export interface Learning {
  /** Names its files. */
  readonly name: string;
  /** Whether it can go on from a checkpoint. */
  readonly goesOn: (checkpoint: Checkpoint) => boolean;
  readonly learn: (hooks: TrialHooks, from: Checkpoint | null) => Promise<TrialOutcome>;
}

/**
 * Trains a task so that it can go on after a crash. A checkpoint of a version that did not standardise the
 * features holds a head in other units: its trial begins again.
 */
export const runPersisted = (session: Session, { task, ...hooks }: PersistedRun): Promise<TrialOutcome> =>
  keepEpochs(session, hooks, {
    name: task.name,
    goesOn: ({ best }) => [...task.constants.keys()].every((constant) => best.has(constant)),
    learn: (own, from) => runTrial(task, own, from),
  });

/**
 * Lets something learn so that it can go on after a crash at any moment: checkpoint first, then the history,
 * which is brought up to the checkpoint before learning goes on. The best weights are on the disk when it
 * returns; the checkpoint is the caller's to remove once the end is recorded.
 */
export async function keepEpochs(
  session: Session,
  { known, event: eventOf, decide, onStep, onEpoch = () => undefined }: RunHooks,
  { name, goesOn, learn }: Learning,
): Promise<TrialOutcome> {
  const { folder, signal, checkpoints } = session;
  const found = await checkpointOf(session, name);
  const checkpoint = found !== null && goesOn(found) ? found : null;
  const journaled = new Set(known.map(({ epoch }) => epoch));
  for (const epoch of checkpoint?.epochs ?? []) {
    const event = journaled.has(epoch.epoch) ? null : eventOf(epoch);
    if (event === null) continue;
    await session.record(event);
    onEpoch(epoch);
  }
  const persist = async (at: Checkpoint): Promise<void> => {
    const epoch = at.epochs.at(-1) as EpochRecord;
    const content = encodeCheckpoint(at);
    await checkpoints.write({ name, epoch: epoch.epoch, content }, eventOf(epoch));
    onEpoch(epoch);
  };
  const outcome = await learn({ signal, decide, ...(onStep && { onStep }), persist }, checkpoint);
  if (outcome.best !== null && outcome.status !== 'failed') {
    await writeWeights(weightsPath(folder, name), outcome.best);
  }
  return outcome;
}

async function checkpointOf({ folder, checkpoints }: Session, name: string): Promise<Checkpoint | null> {
  const stream = await checkpoints.read(name);
  return stream === null ? null : decodeCheckpoint(await buffer(stream), checkpointPath(folder, name));
}
