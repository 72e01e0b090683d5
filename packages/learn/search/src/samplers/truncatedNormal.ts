import type { Random } from '@espalier/base/random';
import { cumulative } from '../normal.js';
import { cellAt } from '../space/axis.js';

/** A normal distribution cut off at the ends of the unit interval. */
export interface TruncatedNormal {
  /** Mode, in [0, 1]. */
  readonly mean: number;
  /** Standard deviation before the cut. */
  readonly deviation: number;
  /** What the cut leaves of the normal distribution. */
  readonly mass: number;
}

export function truncatedNormal(mean: number, deviation: number): TruncatedNormal {
  return { mean, deviation, mass: between(0, 1, mean, deviation) };
}

/** Density at a place in [0, 1]; with cells, the probability of the cell that holds the place. */
export function likelihood(normal: TruncatedNormal, cells: number | null, position: number): number {
  const { mean, deviation, mass } = normal;
  if (cells === null) {
    const z = (position - mean) / deviation;
    return Math.exp(-0.5 * z * z) / (Math.sqrt(2 * Math.PI) * deviation * mass);
  }
  const cell = cellAt(position, cells);
  return between(cell / cells, (cell + 1) / cells, mean, deviation) / mass;
}

/** A place in [0, 1]. With its mean inside, the cut leaves a third of the mass or more: few draws fail. */
export function drawFrom({ mean, deviation }: TruncatedNormal, random: Random): number {
  for (;;) {
    const position = mean + deviation * random.normal();
    if (position >= 0 && position <= 1) return position;
  }
}

function between(low: number, high: number, mean: number, deviation: number): number {
  return Math.max(0, cumulative((high - mean) / deviation) - cumulative((low - mean) / deviation));
}
