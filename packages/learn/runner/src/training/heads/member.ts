import { EngineError, type HeadsTrainer } from '@espalier/engine';
import type { Predictions } from '@espalier/metrics';
import type { Checkpoint, Progress } from '../checkpoint.js';
import { failureOf } from '../progress.js';
import type { TrialHooks, TrialOutcome, TrialTask } from '../trial.js';

/** A head to train among others. */
export interface HeadRun {
  readonly task: TrialTask;
  readonly from: Checkpoint | null;
  readonly decide: TrialHooks['decide'];
  /** Whether it was decided before an interruption that it goes on behind its last epoch. */
  readonly goesOn: boolean;
  /** Told how it ended, as soon as it has; those beside it wait meanwhile. */
  readonly end: (outcome: TrialOutcome) => Promise<void>;
}

/** A head that has not ended. */
export interface Member extends Pick<HeadRun, 'task' | 'decide' | 'end'> {
  /** What it answered before it learnt anything; null where that is not compared. */
  readonly start: Predictions | null;
  readonly progress: Progress;
}

/** Takes a head out, and tells how it ended. */
export async function end(trainer: HeadsTrainer, member: Member, outcome: TrialOutcome): Promise<void> {
  trainer.drop(member.task.name);
  await member.end(outcome);
}

/** Ends the heads that failed, and gives what the others have. @param results by the names of the heads */
export async function endFailed<T>(
  trainer: HeadsTrainer,
  members: Iterable<Member>,
  results: ReadonlyMap<string, T | EngineError>,
): Promise<Map<Member, T>> {
  const sound = new Map<Member, T>();
  for (const member of members) {
    const result = results.get(member.task.name);
    if (result === undefined) throw new RangeError(`head ${member.task.name} has no result`);
    if (result instanceof EngineError) await end(trainer, member, failureOf(member.progress, result));
    else sound.set(member, result);
  }
  return sound;
}
