import type { HeadsTrainer } from '@espalier/engine';
import { endingOf, outcomeOf, progressOf } from '../progress.js';
import { predictValidation, requireSound, runEpoch, type HeadsHooks } from './epoch.js';
import { end, type HeadRun, type Member } from './member.js';

/**
 * Trains heads side by side on the same batches, which are read once for all. Each becomes what it would be alone,
 * to the bit, because their batches have a common order; each is ended, and dropped, for itself. All have trained
 * the same number of epochs.
 *
 * @throws the signal's reason when aborted; the last checkpoints then stand
 */
export async function runHeads(
  trainer: HeadsTrainer,
  runs: readonly [HeadRun, ...HeadRun[]],
  hooks: HeadsHooks,
): Promise<void> {
  try {
    let members = await begin(trainer, runs, hooks);
    const decided = new Set(runs.filter(({ goesOn }) => goesOn).map(({ task }) => task.name));
    while (members.length > 0) {
      const left = await endDue(trainer, members, decided);
      decided.clear();
      members = left.length === 0 ? [] : await runEpoch(trainer, left, hooks);
    }
  } finally {
    // An abort leaves some.
    for (const name of trainer.names()) trainer.drop(name);
  }
}

/** Sets all heads to where they start, and then to where they stand. */
async function begin(
  trainer: HeadsTrainer,
  runs: readonly [HeadRun, ...HeadRun[]],
  hooks: HeadsHooks,
): Promise<Member[]> {
  for (const { task } of runs) trainer.reset(task.name, task.initial);
  const isGuarded = runs.some(({ task }) => task.guarded);
  const starts = isGuarded ? requireSound(await predictValidation(trainer, runs[0].task, hooks)) : new Map();
  return runs.map(({ task, from, ...run }) => {
    if (from !== null) trainer.restore(task.name, from.state);
    const start = task.guarded ? (starts.get(task.name) ?? null) : null;
    return { ...run, task, start, progress: progressOf(from) };
  });
}

/** Ends the heads whose time has come, in their order. @param decided names of those that go on without being asked */
async function endDue(
  trainer: HeadsTrainer,
  members: readonly Member[],
  decided: ReadonlySet<string>,
): Promise<Member[]> {
  const left: Member[] = [];
  for (const member of members) {
    const { task, decide, progress, start } = member;
    const ending = decided.has(task.name) ? null : await endingOf(task, decide, progress.epochs);
    if (ending === null) left.push(member);
    else await end(trainer, member, outcomeOf(task, progress, start, ending));
  }
  return left;
}
