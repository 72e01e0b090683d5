import { pinkFilter } from '@espalier/data';
import { createRandom, type Random } from '@espalier/base/random';

/** Length of a bank, a power of two; it repeats. */
const LENGTH = 1 << 18;

/** Noises of unit power by their slopes: drawing from a bank is much cheaper than making noise anew. */
export interface NoiseBank {
  readonly white: Float32Array;
  /** -3 and -6 dB an octave. */
  readonly pink: Float32Array;
  readonly brown: Float32Array;
}

export function createNoiseBank(seed: number): NoiseBank {
  const random = createRandom(seed, 'noise bank');
  const white = Float32Array.from({ length: LENGTH }, () => random.normal());
  return { white, pink: scaled(white.map(pinkFilter())), brown: scaled(browned(white)) };
}

/** Reads a bank from a random place on. */
export function noiseReader(noise: Float32Array, random: Random): () => number {
  let at = random.integer(LENGTH);
  return () => noise[at++ & (LENGTH - 1)] as number;
}

/** A sum of the past that forgets what lies under 40 Hz. */
function browned(white: Float32Array): Float32Array {
  let sum = 0;
  return white.map((value) => (sum = 0.985 * sum + value));
}

function scaled(noise: Float32Array): Float32Array {
  const power = noise.reduce((sum, value) => sum + value * value, 0) / noise.length;
  return noise.map((value) => value / Math.sqrt(power));
}
