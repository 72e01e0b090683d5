import type { Random } from '@espalier/base/random';

/** Uniform between two bounds. */
export const between = (random: Random, low: number, high: number): number =>
  low + (high - low) * random.uniform();

/** Uniform on a logarithmic scale. */
export const betweenLog = (random: Random, low: number, high: number): number =>
  low * (high / low) ** random.uniform();

/** Spread of the instances of a class, as a share of each parameter. */
const VARIATION = 0.08;

export const jittered = (random: Random, value: number): number =>
  value * (1 + VARIATION * (2 * random.uniform() - 1));
