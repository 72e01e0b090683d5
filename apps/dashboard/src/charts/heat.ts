import type { Trial } from '../api';

export interface HeatMap {
  readonly depths: readonly number[];
  /** Lower edges of the bins, as powers of ten. */
  readonly rates: readonly number[];
  /** Position of the depth, position of the rate, best accuracy, and whose it is. */
  readonly cells: readonly (readonly [number, number, number, number])[];
}

/** Bins a power of ten of learning rates. */
const BINS = 4;
const binOf = (learningRate: number): number => Math.floor(BINS * Math.log10(learningRate) + 1e-9) / BINS;

/** The best accuracy of each freeze depth and learning rate of one backbone. */
export function heatMap(trials: readonly Trial[], backbone: string): HeatMap {
  const known = trials.filter((trial) => trial.backbone === backbone && trial.bestAccuracy !== null);
  const sorted = (values: readonly number[]): number[] => [...new Set(values)].sort((a, b) => a - b);
  const depths = sorted(known.map(({ freezeDepth }) => freezeDepth));
  const rates = sorted(known.map(({ learningRate }) => binOf(learningRate)));
  const best = new Map<string, readonly [number, number, number, number]>();
  for (const { freezeDepth, learningRate, bestAccuracy, number } of known) {
    const [x, y] = [depths.indexOf(freezeDepth), rates.indexOf(binOf(learningRate))];
    const accuracy = bestAccuracy as number;
    const before = best.get(`${x} ${y}`);
    if (before === undefined || accuracy > before[2]) best.set(`${x} ${y}`, [x, y, accuracy, number]);
  }
  return { depths, rates, cells: [...best.values()] };
}
