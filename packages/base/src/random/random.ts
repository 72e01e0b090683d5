import { createHash } from 'node:crypto';
import { xoroshiro128plusFromState } from 'pure-rand/generator/xoroshiro128plus';

/** A seeded stream of random numbers; two streams with other keys are independent. */
export interface Random {
  /** Uniform in [0, 1), 53 bits. */
  uniform(): number;
  /** Uniform integer in [0, bound). */
  integer(bound: number): number;
  /** Standard normal (Box and Muller, 1958). */
  normal(): number;
  /** A new array in random order (Fisher and Yates). */
  shuffle<T>(items: readonly T[]): T[];
  pick<T>(items: readonly T[]): T;
}

/**
 * A stream named by its keys, such as `createRandom(seed, 'dropout', trial, epoch)`.
 * Named streams keep a study repeatable: no draw depends on how many draws came before elsewhere.
 */
export function createRandom(...keys: readonly (string | number)[]): Random {
  const digest = createHash('sha256').update(JSON.stringify(keys)).digest();
  const state = [0, 4, 8, 12].map((offset) => digest.readInt32LE(offset));
  const generator = xoroshiro128plusFromState(state);
  const bits32 = (): number => generator.next() >>> 0;

  const uniform = (): number => ((bits32() >>> 5) * 2 ** 26 + (bits32() >>> 6)) / 2 ** 53;
  const integer = (bound: number): number => {
    if (!Number.isInteger(bound) || bound < 1) {
      throw new RangeError(`integer(bound) needs a positive integer, got ${bound}`);
    }
    return Math.floor(uniform() * bound);
  };
  const shuffle = <T>(items: readonly T[]): T[] => {
    const result = [...items];
    for (let i = result.length - 1; i > 0; i--) {
      const j = integer(i + 1);
      [result[i], result[j]] = [result[j] as T, result[i] as T];
    }
    return result;
  };
  return {
    uniform,
    integer,
    shuffle,
    normal: () => Math.sqrt(-2 * Math.log(1 - uniform())) * Math.cos(2 * Math.PI * uniform()),
    pick: (items) => {
      if (items.length === 0) throw new RangeError('pick() needs at least one item');
      return items[integer(items.length)] as (typeof items)[number];
    },
  };
}
