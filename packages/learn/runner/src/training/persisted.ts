import { buffer } from 'node:stream/consumers';
import type { EpochRecord, Unstamped } from '@espalier/study';
import { checkpointPath, weightsPath } from '@espalier/study/folder';
import { decodeCheckpoint, encodeCheckpoint, writeWeights, type Checkpoint } from './checkpoint.js';
import type { Session } from '../study/session.js';
import { runHead } from './heads/alone.js';
import { isHead } from './heads/head.js';
import { runTrial, type CompiledTask, type TrialHooks, type TrialOutcome, type TrialTask } from './trial.js';

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
 * Whether a checkpoint has all that belongs to the weights of a task. One of a version that did not standardise the
 * features holds a head in other units: its trial begins again.
 */
export const knowsConstants = ({ constants }: Pick<TrialTask, 'constants'>, { best }: Checkpoint): boolean =>
  [...constants.keys()].every((constant) => best.has(constant));

/** Trains a task so that it can go on after a crash. */
export const runPersisted = (session: Session, { task, ...hooks }: PersistedRun): Promise<TrialOutcome> =>
  keepEpochs(session, hooks, {
    name: task.name,
    goesOn: (checkpoint) => knowsConstants(task, checkpoint),
    learn: async (own, from) =>
      isHead(task)
        ? runHead(await session.pool.heads(task.prepared, task.recipe), task, own, from)
        : runTrial(await compiled(session, task), own, from),
  });

/** A task with the step that trains it. */
export const compiled = async ({ pool }: Session, task: TrialTask): Promise<CompiledTask> => ({
  ...task,
  trainer: await pool.get(task.prepared, task.recipe),
});

/**
 * Lets something learn so that it can go on after a crash at any moment: checkpoint first, then the history,
 * which is brought up to the checkpoint before learning goes on. The best weights are on the disk when it
 * returns; the checkpoint is the caller's to remove once the end is recorded.
 */
export async function keepEpochs(
  session: Session,
  hooks: RunHooks,
  { name, goesOn, learn }: Learning,
): Promise<TrialOutcome> {
  const { signal, checkpoints } = session;
  const { event: eventOf, decide, onStep, onEpoch = () => undefined } = hooks;
  const found = await checkpointOf(session, name);
  const checkpoint = found !== null && goesOn(found) ? found : null;
  await catchUp(session, hooks, checkpoint?.epochs ?? []);
  const persist = async (at: Checkpoint): Promise<void> => {
    const epoch = at.epochs.at(-1) as EpochRecord;
    const content = encodeCheckpoint(at);
    await checkpoints.write({ name, epoch: epoch.epoch, content }, eventOf(epoch));
    onEpoch(epoch);
  };
  const outcome = await learn({ signal, decide, ...(onStep && { onStep }), persist }, checkpoint);
  await keepBest(session, name, outcome);
  return outcome;
}

/** Records the epochs of a checkpoint that the history has not got. */
export async function catchUp(
  session: Session,
  { known, event: eventOf, onEpoch = () => undefined }: RunHooks,
  epochs: readonly EpochRecord[],
): Promise<void> {
  const journaled = new Set(known.map(({ epoch }) => epoch));
  for (const epoch of epochs) {
    const event = journaled.has(epoch.epoch) ? null : eventOf(epoch);
    if (event === null) continue;
    await session.record(event);
    onEpoch(epoch);
  }
}

/** Writes the best weights of what ended well. */
export async function keepBest(
  { folder }: Session,
  name: string,
  { best, status }: TrialOutcome,
): Promise<void> {
  if (best !== null && status !== 'failed') await writeWeights(weightsPath(folder, name), best);
}

/** The checkpoint of what trains for itself; null where there is none. */
export async function checkpointOf(
  { folder, checkpoints }: Session,
  name: string,
): Promise<Checkpoint | null> {
  const stream = await checkpoints.read(name);
  return stream === null ? null : decodeCheckpoint(await buffer(stream), checkpointPath(folder, name));
}
