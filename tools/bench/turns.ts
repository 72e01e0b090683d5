import { spawnSync } from 'node:child_process';

/** Last output line of a program that measures steps. */
export interface Measured {
  /** Milliseconds of each step. */
  readonly times: readonly number[];
  /** Scalars that are trained. */
  readonly trained: number;
  readonly peakMegabytes: number;
}

/** Runs a program that ends with a line of JSON; what it says meanwhile is shown where it fails. */
export function measure(program: string, args: readonly string[]): Measured {
  const { error, status, signal, stdout, stderr } = spawnSync(program, args, {
    encoding: 'utf8',
    maxBuffer: 256e6,
  });
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

/** The same step in PyTorch, here, and in another engine where that was asked for, round by round. */
export interface Rounds {
  readonly torch: readonly Measured[];
  readonly espalier: readonly Measured[];
  readonly other: readonly Measured[];
}

export interface Programs {
  readonly torch: () => Measured;
  readonly espalier: () => Measured;
  readonly other?: () => Measured;
}

/** Measures programs by turns: whatever else the machine does meets all of them. */
export function takeTurns(rounds: number, { torch, espalier, other }: Programs): Rounds {
  const measured: Record<keyof Rounds, Measured[]> = { torch: [], espalier: [], other: [] };
  for (let round = 0; round < rounds; round++) {
    measured.torch.push(torch());
    measured.espalier.push(espalier());
    if (other !== undefined) measured.other.push(other());
  }
  return measured;
}

/** The columns of a table of steps. */
export function columnsOf({ torch, espalier }: Rounds, warmUp?: number): object {
  const [theirs, ours] = [best(torch, warmUp), best(espalier, warmUp)];
  return {
    'PyTorch ms': theirs.toFixed(1),
    'Espalier ms': ours.toFixed(1),
    ratio: (ours / theirs).toFixed(2),
    'PyTorch peak MB': Math.round(peak(torch)),
    'Espalier peak MB': Math.round(peak(espalier)),
  };
}

/** The columns of another engine beside them. */
export const otherColumns = (title: string, { espalier, other }: Rounds, warmUp?: number): object => ({
  [`${title} ms`]: best(other, warmUp).toFixed(1),
  'to Espalier': (best(other, warmUp) / best(espalier, warmUp)).toFixed(2),
  [`${title} peak MB`]: Math.round(peak(other)),
});
