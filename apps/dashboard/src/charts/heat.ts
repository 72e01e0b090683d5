import type { Study, Trial } from '../server/api';

export interface HeatMap {
  readonly depths: readonly number[];
  /** Lower edges of the bins, as powers of ten. */
  readonly rates: readonly number[];
  /** Indices of the depth and of the rate, the best objective, and its trial's number. */
  readonly cells: readonly (readonly [number, number, number, number])[];
}

/** Number of bins per power of ten of the learning rate. */
const BINS = 4;
const binOf = (learningRate: number): number => Math.floor(BINS * Math.log10(learningRate) + 1e-9) / BINS;

/** Finds the best objective of one backbone for each freeze depth and learning rate. */
export function heatMap(
  trials: readonly Trial[],
  backbone: string,
  { direction }: Pick<Study['objective'], 'direction'>,
): HeatMap {
  const known = trials
    .filter((trial) => trial.backbone === backbone)
    .flatMap(({ number, bestObjective, values }) =>
      bestObjective === null
        ? []
        : [
            {
              number,
              value: bestObjective,
              depth: Number(values['freezeDepth']),
              rate: binOf(Number(values['learningRate'])),
            },
          ],
    )
    .filter(({ depth, rate }) => Number.isFinite(depth) && Number.isFinite(rate));
  const sorted = (values: readonly number[]): number[] => [...new Set(values)].sort((a, b) => a - b);
  const depths = sorted(known.map(({ depth }) => depth));
  const rates = sorted(known.map(({ rate }) => rate));
  const best = new Map<string, readonly [number, number, number, number]>();
  for (const { depth, rate, value, number } of known) {
    const [x, y] = [depths.indexOf(depth), rates.indexOf(rate)];
    const before = best.get(`${x} ${y}`);
    const isBetter =
      before === undefined || (direction === 'maximise' ? value > before[2] : value < before[2]);
    if (isBetter) best.set(`${x} ${y}`, [x, y, value, number]);
  }
  return { depths, rates, cells: [...best.values()] };
}
