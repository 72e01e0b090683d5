import type { Random } from '@espalier/base/random';
import { directions } from './directions.js';

/** Bits of a coordinate. */
const BITS = 32;

/** Dimensions that there are direction numbers for. */
export const mostDimensions = directions.length + 1;

/** A point by its index, a whole number from 0 to 2^32 - 1: its coordinates, each within (0, 1). */
export type Sequence = (index: number) => readonly number[];

/**
 * The Sobol sequence in Gray code order (Antonov, Saleev 1979): every elementary interval in base 2 of the first
 * 2^k points holds as many of them as any other of its shape. Coordinates lie in the middle of their 2^-32.
 *
 * @param dimensions up to {@link mostDimensions}
 * @param random what the digits are scrambled by, by a permutation for each dimension and each prefix of digits,
 *   which keeps that property (Owen: Randomly Permuted (t,m,s)-Nets, 1995); null for the sequence as it is
 */
export function sobolSequence(dimensions: number, random: Random | null): Sequence {
  if (dimensions > mostDimensions) {
    throw new RangeError(`a Sobol sequence has up to ${mostDimensions} dimensions, not ${dimensions}`);
  }
  const columns = Array.from({ length: dimensions }, (_, dimension) => ({
    numbers: directionNumbers(dimension),
    seed: random?.integer(2 ** BITS) ?? null,
  }));
  return (index) =>
    columns.map(({ numbers, seed }) => {
      const digits = digitsAt(index, numbers);
      return ((seed === null ? digits : scrambled(digits, seed)) + 0.5) / 2 ** BITS;
    });
}

function digitsAt(index: number, numbers: Uint32Array): number {
  let digits = 0;
  for (let gray = (index ^ (index >>> 1)) >>> 0, bit = 0; gray !== 0; gray >>>= 1, bit++) {
    if (gray & 1) digits ^= numbers[bit] as number;
  }
  return digits >>> 0;
}

/** The direction numbers of a dimension, by the recurrence of its polynomial. Joe, Kuo 2008, equation 2. */
function directionNumbers(dimension: number): Uint32Array {
  const numbers = new Uint32Array(BITS);
  // The first dimension is van der Corput's sequence: all initial numbers are 1, and there is no recurrence.
  const [polynomial, ...initial] = directions[dimension - 1] ?? [0, ...Array<number>(BITS).fill(1)];
  const degree = initial.length;
  for (const [bit, number] of initial.entries()) numbers[bit] = number << (BITS - 1 - bit);
  for (let bit = degree; bit < BITS; bit++) {
    const last = numbers[bit - degree] as number;
    let number = last ^ (last >>> degree);
    for (let k = 1; k < degree; k++) {
      if ((polynomial >>> (degree - k)) & 1) number ^= numbers[bit - k] as number;
    }
    numbers[bit] = number;
  }
  return numbers;
}

/**
 * Owen's scrambling by a hash. Backwards, every step carries upwards alone, so that each digit is flipped by those
 * in front of it. Laine, Karras: Stratified Sampling for Stochastic Transparency, EGSR 2011; Burley: Practical
 * Hash-based Owen Scrambling, JCGT 2020.
 */
function scrambled(digits: number, seed: number): number {
  let bits = (reversed(digits) + seed) >>> 0;
  for (const factor of [0x6c50b47c, 0xb82f1e52, 0xc7afe638, 0x8d22f6e6]) bits ^= Math.imul(bits, factor);
  return reversed(bits);
}

function reversed(bits: number): number {
  let result = bits;
  for (const [width, mask] of [
    [1, 0x55555555],
    [2, 0x33333333],
    [4, 0x0f0f0f0f],
    [8, 0x00ff00ff],
  ] as const) {
    result = ((result >>> width) & mask) | ((result & mask) << width);
  }
  return ((result >>> 16) | (result << 16)) >>> 0;
}
