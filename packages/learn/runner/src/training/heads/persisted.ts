import { buffer } from 'node:stream/consumers';
import type { HeadsTrainer } from '@espalier/engine';
import { checkpointPath } from '@espalier/study/folder';
import type { Session } from '../../study/session.js';
import { decodeCheckpoints, encodeCheckpoints, type Checkpoints } from '../checkpoint.js';
import { catchUp, checkpointOf, keepBest, knowsConstants, type RunHooks } from '../persisted.js';
import type { TrialTask } from '../trial.js';
import type { HeadRun } from './member.js';
import { runHeads } from './run.js';

/** A trial that is a head. */
export interface HeadTrial extends RunHooks, Pick<HeadRun, 'goesOn' | 'end'> {
  readonly task: TrialTask;
}

/** Names the one checkpoint of all heads that train side by side. */
const HEADS = 'heads';

/**
 * Trains heads side by side so that they can go on after a crash at any moment: one checkpoint for all, then the
 * history, which is brought up to the checkpoint before they go on. The best weights of each are on the disk before
 * it is told that it has ended.
 */
export async function runPersistedHeads(
  session: Session,
  trainer: HeadsTrainer,
  trials: readonly [HeadTrial, ...HeadTrial[]],
): Promise<void> {
  const { signal, checkpoints } = session;
  const found = await heldCheckpoints(session);
  const runs: HeadRun[] = [];
  for (const trial of trials) {
    const { task, decide, goesOn, end } = trial;
    // A version that trained each for itself left one of its own.
    const own = found.get(task.name) ?? (await checkpointOf(session, task.name));
    const from = own !== null && knowsConstants(task, own) ? own : null;
    await catchUp(session, trial, from?.epochs ?? []);
    const ended: HeadRun['end'] = async (outcome) => {
      await keepBest(session, task.name, outcome);
      await end(outcome);
    };
    runs.push({ task, from, decide, goesOn, end: ended });
  }
  const [{ onStep }] = trials;
  await runHeads(trainer, runs as [HeadRun, ...HeadRun[]], {
    signal,
    ...(onStep && { onStep }),
    persist: (all) => keepEpoch(session, trials, all),
  });
  await checkpoints.remove(HEADS);
}

/** Keeps the last epoch of all. */
async function keepEpoch(session: Session, trials: readonly HeadTrial[], all: Checkpoints): Promise<void> {
  const epoch = Math.max(...[...all.values()].map(({ epochs }) => epochs.length));
  const content = encodeCheckpoints(all);
  await session.checkpoints.write({ name: HEADS, epoch, content }, null);
  for (const { task, event: eventOf, onEpoch = () => undefined } of trials) {
    const record = all.get(task.name)?.epochs.at(-1);
    if (record === undefined) continue;
    const event = eventOf(record);
    if (event !== null) await session.record(event);
    onEpoch(record);
  }
}

async function heldCheckpoints({ folder, checkpoints }: Session): Promise<Checkpoints> {
  const stream = await checkpoints.read(HEADS);
  return stream === null ? new Map() : decodeCheckpoints(await buffer(stream), checkpointPath(folder, HEADS));
}
