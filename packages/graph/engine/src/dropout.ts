import type { Random } from '@espalier/base/random';

/**
 * An inverted dropout mask [rows * width]: 0 with probability `rate`, else 1 / (1 - rate)
 * (Srivastava et al., 2014).
 */
export function dropoutMask(random: Random, size: number, rate: number): Float32Array {
  const kept = 1 / (1 - rate);
  return Float32Array.from({ length: size }, () => (random.uniform() < rate ? 0 : kept));
}
