import { SearchError } from '../errors.js';
import { bestOf, type ObservedTrial } from '../history.js';

/** Where successive halving decides. */
export interface RungOptions {
  /** Epochs before the first decision. */
  readonly minEpochs?: number;
  /** One trial in this many goes on at a rung; rungs are this factor apart. */
  readonly reduction?: number;
  /** Epochs of a trial that is not stopped; there is no decision there. */
  readonly maxEpochs: number;
}

/** @throws SearchError where an option is not a whole number in its range */
export function checkRungs(pruner: string, { minEpochs, reduction, maxEpochs }: Required<RungOptions>): void {
  if (isWhole(minEpochs, 1) && isWhole(reduction, 2) && isWhole(maxEpochs, 1)) return;
  throw new SearchError(
    `The ${pruner} pruner needs whole numbers with minEpochs and maxEpochs of 1 or more and reduction of 2 or ` +
      `more, correct ${minEpochs}, ${maxEpochs} and ${reduction}`,
  );
}

export function isRung(epochs: number, minEpochs: number, reduction: number): boolean {
  let rung = minEpochs;
  while (rung < epochs) rung *= reduction;
  return rung === epochs;
}

export function isWhole(value: number, least: number): boolean {
  return Number.isInteger(value) && value >= least;
}

/** The best value of a trial's first epochs; -Infinity where none of them has a value. */
export const valueAt = ({ curve }: ObservedTrial, epochs: number): number =>
  bestOf(curve.slice(0, epochs)) ?? -Infinity;

/** Values at a rung of the other trials that got there. */
export const othersAt = (
  trial: ObservedTrial,
  history: readonly ObservedTrial[],
  epochs: number,
): readonly number[] =>
  history
    .filter(({ number, curve }) => number !== trial.number && curve.length >= epochs)
    .map((other) => valueAt(other, epochs));

/** Whether a value is among the top 1/reduction of all, its own included; all are while there are fewer. */
export function isAmongTop(own: number, others: readonly number[], reduction: number): boolean {
  const places = Math.floor((others.length + 1) / reduction);
  return places === 0 || others.filter((value) => value > own).length < places;
}
