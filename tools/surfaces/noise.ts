import type { Random } from '@espalier/base/random';

/** A smooth random field, about 0 in the mean and within -1..1. */
export type Noise = (x: number, y: number) => number;

const period = 64;

/** Value noise: a random lattice of spacing 1, smoothly interpolated, that repeats every 64. */
export function createNoise(random: Random): Noise {
  const lattice = Float32Array.from({ length: period * period }, () => 2 * random.uniform() - 1);
  const at = (x: number, y: number): number =>
    lattice[(y & (period - 1)) * period + (x & (period - 1))] as number;
  return (x, y) => {
    const [left, top] = [Math.floor(x), Math.floor(y)];
    const [fx, fy] = [fade(x - left), fade(y - top)];
    const above = at(left, top) * (1 - fx) + at(left + 1, top) * fx;
    const below = at(left, top + 1) * (1 - fx) + at(left + 1, top + 1) * fx;
    return above * (1 - fy) + below * fy;
  };
}

/** Octaves of a noise, each twice as fine and `gain` times as strong. */
export function layered(noise: Noise, octaves: number, gain = 0.5): Noise {
  const total = (1 - gain ** octaves) / (1 - gain);
  return (x, y) => {
    let sum = 0;
    for (let octave = 0; octave < octaves; octave++) {
      const scale = 2 ** octave;
      sum += gain ** octave * noise(x * scale + 17 * octave, y * scale + 31 * octave);
    }
    return sum / total;
  };
}

/** Uniform between two bounds. */
export function between(random: Random, low: number, high: number): number {
  return low + (high - low) * random.uniform();
}

function fade(t: number): number {
  return t * t * (3 - 2 * t);
}
