import { spawnSync } from 'node:child_process';

/** What a program that measures steps prints as its last line. */
export interface Measured {
  /** Milliseconds of each step. */
  readonly times: readonly number[];
  /** Scalars that are trained. */
  readonly trained: number;
  readonly peakMegabytes: number;
}

/** Runs a program that ends with a line of JSON; what it says meanwhile is shown where it fails. */
export function measure(program: string, args: readonly string[]): Measured {
  const { error, status, signal, stdout, stderr } = spawnSync(program, args, { encoding: 'utf8' });
  if (error !== undefined) throw new Error(`cannot run ${program}: ${error.message}`, { cause: error });
  if (status !== 0)
    throw new Error(`${program} ${args.join(' ')} ended with ${status ?? signal}:\n${stderr}`);
  return JSON.parse(stdout.trim().split('\n').at(-1) as string) as Measured;
}

/** Median of the steps of the best round, the first ones left out: noise only adds time. */
export const best = (rounds: readonly Measured[], warmUp = 3): number =>
  Math.min(...rounds.map(({ times }) => median(times.slice(warmUp))));

const median = (numbers: readonly number[]): number =>
  [...numbers].sort((a, b) => a - b)[Math.floor(numbers.length / 2)] as number;

export const peak = (rounds: readonly Measured[]): number =>
  Math.max(...rounds.map((one) => one.peakMegabytes));
