/** What a study may use; null is no limit. */
export interface Budget {
  readonly trials: number | null;
  /** Epochs of one trial. */
  readonly epochs: number;
  /** Epochs of all trials together. */
  readonly totalEpochs: number | null;
  /** Wall time, over all sessions of the study. */
  readonly seconds: number | null;
}

/** What a study has used. */
export interface Usage {
  /** Trials started. */
  readonly trials: number;
  /** Epochs trained in all trials. */
  readonly epochs: number;
  /** Wall time. */
  readonly seconds: number;
}

export type BudgetVerdict = { readonly kind: 'left' } | { readonly kind: 'spent'; readonly reason: string };

/**
 * Whether another trial may start: all of trials, total epochs and time are left. A trial may start
 * on the last epoch of the total; who must not exceed it caps that trial.
 */
export function checkBudget(budget: Budget, used: Usage): BudgetVerdict {
  const { trials, totalEpochs } = budget;
  if (trials !== null && used.trials >= trials)
    return spent(`${counted(trials, 'trial')} ${trials === 1 ? 'has' : 'have'} started`);
  if (totalEpochs !== null && used.epochs >= totalEpochs) {
    return spent(`${counted(totalEpochs, 'epoch')} have been trained`);
  }
  return checkTime(budget, used);
}

/** Whether wall time is left, for use inside a trial. */
export function checkTime(budget: Pick<Budget, 'seconds'>, used: Pick<Usage, 'seconds'>): BudgetVerdict {
  const { seconds } = budget;
  if (seconds !== null && used.seconds >= seconds) return spent(`${counted(seconds, 'second')} have passed`);
  return { kind: 'left' };
}

function spent(what: string): BudgetVerdict {
  return { kind: 'spent', reason: `The budget is spent: ${what}.` };
}

function counted(count: number, unit: string): string {
  return `${count} ${unit}${count === 1 ? '' : 's'}`;
}
