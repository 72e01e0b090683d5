import type { Usage } from './budget.js';
import type { StudyRequest, TrialRecord } from '@espalier/study';

/** What is added to a search that has ended. */
export interface More {
  readonly trials: number;
  /** Seconds of work, in which the baseline is trained too; null for no limit. */
  readonly seconds: number | null;
}

/**
 * The budget of a study that goes on behind its end.
 *
 * @param elapsed seconds of the study so far
 */
export function moreBudget(
  { budget }: StudyRequest,
  trials: readonly TrialRecord[],
  elapsed: number,
  more: More,
): StudyRequest['budget'] {
  const epochs = trials.reduce((sum, trial) => sum + trial.epochs.length, 0);
  return {
    epochs: budget.epochs,
    trials: trials.length + more.trials,
    totalEpochs: budget.totalEpochs === null ? null : epochs + more.trials * budget.epochs,
    seconds: more.seconds === null ? null : elapsed + more.seconds,
    // Who asks for more wants it, whatever is expected of it.
    exhaust: true,
  };
}

/** Epochs that trials took, or may take while they run. */
const epochsTaken = ({ budget }: StudyRequest, trials: readonly TrialRecord[]): number =>
  trials.reduce((sum, { epochs, status }) => sum + (status === 'running' ? budget.epochs : epochs.length), 0);

/** What trials use of the budget. @param seconds of the study so far */
export const usage = (settings: StudyRequest, trials: readonly TrialRecord[], seconds: number): Usage => ({
  trials: trials.length,
  epochs: epochsTaken(settings, trials),
  seconds,
});

/** Most epochs of a trial: it may not go beyond what the others leave of the study's. */
export function epochsLeft(settings: StudyRequest, others: readonly TrialRecord[]): number {
  const { epochs, totalEpochs } = settings.budget;
  if (totalEpochs === null) return epochs;
  return Math.max(1, Math.min(epochs, totalEpochs - epochsTaken(settings, others)));
}
