import { createRandom } from '@espalier/base/random';
import { ashaPruner } from './asha.js';
import type { OwnPruner } from './pruner.js';
import { checkRungs, type RungOptions } from './rungs.js';

/** A part of the trials, and the epochs before its first decision. */
interface Bracket {
  readonly minEpochs: number;
  /** How often trials are of this bracket, beside the others. */
  readonly weight: number;
}

/**
 * Hyperband: successive halving in brackets that begin to decide later and later, as nobody knows how early a
 * curve tells how it ends. Li, Jamieson, DeSalvo, Rostamizadeh, Talwalkar: Hyperband, JMLR 2018.
 *
 * Brackets are asynchronous as in Optuna: each trial is of one by chance of its number, and is compared with
 * trials of its bracket alone; a bracket that decides later has fewer trials, so that each spends about as much.
 *
 * @throws SearchError where an option is not a whole number in its range.
 */
export function hyperbandPruner({ minEpochs = 1, reduction = 3, maxEpochs }: RungOptions): OwnPruner {
  checkRungs('hyperband', { minEpochs, reduction, maxEpochs });
  const brackets = bracketsOf({ minEpochs, reduction, maxEpochs });
  const pruners = brackets.map((bracket) =>
    ashaPruner({ minEpochs: bracket.minEpochs, reduction, maxEpochs }),
  );
  return {
    name: 'hyperband',
    title: 'Hyperband: ASHA that begins early for some and late for others',
    shouldStop: ({ trial, history }) => {
      const bracket = bracketOf(brackets, trial.number);
      const alike = history.filter(({ number }) => bracketOf(brackets, number) === bracket);
      return pruners[bracket]?.shouldStop({ trial, history: alike }) ?? false;
    },
  };
}

/** From the one that decides first; the last decides nowhere where its first rung is the last epoch. */
export function bracketsOf({ minEpochs, reduction, maxEpochs }: Required<RungOptions>): readonly Bracket[] {
  const starts = [minEpochs];
  for (let start = minEpochs * reduction; start <= maxEpochs; start *= reduction) starts.push(start);
  // Li et al., algorithm 1: n = ceil(B / R * reduction^s / (s + 1)) with s + 1 brackets from here on.
  return starts.map((start, index) => {
    const left = starts.length - index;
    return { minEpochs: start, weight: Math.ceil((starts.length * reduction ** (left - 1)) / left) };
  });
}

/** The bracket of a trial's number: of equals always the same. */
export function bracketOf(brackets: readonly Bracket[], number: number): number {
  const total = brackets.reduce((sum, { weight }) => sum + weight, 0);
  let rest = createRandom('hyperband', number).integer(total);
  return brackets.findIndex(({ weight }) => (rest -= weight) < 0);
}
