import type { Cost, WrittenNetwork } from './cost.js';

/** Milliseconds of runs that nobody times, and of those that are timed, after which no other is begun. */
const [WARMING_MS, TIMED_MS] = [100, 400];
/** Least and most timed runs. */
const [LEAST, MOST] = [5, 31];

export const latency: Cost = {
  of: 'network',
  label: 'Latency',
  help: 'Time to answer one example on this machine with the threads of the study: the median of several runs',
  units: [
    { name: 'ms', size: 1 },
    { name: 's', size: 1000 },
  ],
  measure: async (network) => {
    await timesOf(network, { within: WARMING_MS, least: 1, most: MOST });
    const times = await timesOf(network, { within: TIMED_MS, least: LEAST, most: MOST });
    return Number(medianOf(times).toPrecision(4));
  },
};

interface Runs {
  readonly within: number;
  readonly least: number;
  readonly most: number;
}

/** Milliseconds of each of several runs. */
async function timesOf({ answer }: WrittenNetwork, { within, least, most }: Runs): Promise<number[]> {
  const began = performance.now();
  const times: number[] = [];
  while (times.length < least || (times.length < most && performance.now() - began < within)) {
    const started = performance.now();
    await answer();
    times.push(performance.now() - started);
  }
  return times;
}

const medianOf = (values: readonly number[]): number => {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = (sorted.length - 1) / 2;
  return ((sorted[Math.floor(middle)] ?? NaN) + (sorted[Math.ceil(middle)] ?? NaN)) / 2;
};
