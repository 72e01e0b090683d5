import type { GraphBuilder } from '../graph.js';
import { slopes } from './cepstra.js';
import { meanOverTime, sizeOverTime } from './time.js';

/** Neighbouring bands are looked at together, so that a whistle a little higher is the same whistle. */
const GROUPS = 8;

/** Frames between which the change is taken: from a click to a slow throb. */
const lags = [1, 3, 8, 20] as const;

/** Bands to each side that a band is compared with. */
const surroundings = [2, 5] as const;

/** Statistics of a band: the contrasts, the changes and four more. */
const STATISTICS = surroundings.length + lags.length + 4;

/** Features of a recording. */
export const BAND_FEATURES = 2 * GROUPS * STATISTICS + 2 * GROUPS;

/**
 * Adds how a recording behaves in each group of bands, whichever band it is and whenever: contrast with
 * the bands around (Jiang et al., 2002), which a steady tone has; deviation, peaks and rises over time,
 * which knocks have; and how much changes within 1 to 20 frames, a coarse modulation spectrum. Of each
 * statistic of the bands, the mean and the largest of a group; then peak and deviation of the groups.
 *
 * @param x [batch, frames, bands], 0 being silence
 * @param weights [batch, frames, 1]
 * @returns [batch, 176]
 */
export function bandStatistics(graph: GraphBuilder, x: string, weights: string, bands: number): string {
  const { op, ints, number, reduce } = graph;
  const heard = op('Min', [op('Mul', [weights, number(1000)]), number(1)]);
  const mean = meanOverTime(graph, x, weights);
  const deviation = op('Mul', [op('Sub', [x, mean]), heard]);
  const statistics = [
    ...surroundings.map((radius) => contrast(graph, mean, radius)),
    sizeOverTime(graph, deviation, weights),
    reduce('Max', deviation, [1]),
    meanOverTime(graph, op('Relu', [slopes(graph, x)]), weights),
    bursts(graph, deviation, weights),
    ...lags.map((lag) => changes(graph, x, weights, lag)),
  ];
  const size = bands / GROUPS;
  const grouped = op('Reshape', [op('Concat', statistics, { axis: 1 }), ints([0, STATISTICS, GROUPS, size])]);
  const together = reduce('Mean', op('Reshape', [deviation, ints([0, -1, GROUPS, size])]), [3]);
  const groups = op('Squeeze', [together, ints([3])]);
  const parts = [
    reduce('Mean', grouped, [3]),
    reduce('Max', grouped, [3]),
    reduce('Max', groups, [1]),
    sizeOverTime(graph, groups, weights),
  ];
  const flat = parts.map((part) => op('Flatten', [part], { axis: 1 }));
  return op('Concat', flat, { axis: 1 });
}

/** Computes the excess of each of [batch, 1, bands] over the mean of its neighbouring bands. */
function contrast({ op, padEdges, tensor }: GraphBuilder, mean: string, radius: number): string {
  const width = 2 * radius + 1;
  const kernel = tensor([1, 1, width], new Array<number>(width).fill(1 / width));
  return op('Sub', [mean, op('Conv', [padEdges(mean, [0, 0, radius]), kernel])]);
}

/** The cubic mean of what is above the mean: few loud moments weigh more than many faint ones. */
function bursts(graph: GraphBuilder, deviation: string, weights: string): string {
  const { op, number } = graph;
  const above = op('Relu', [deviation]);
  const cubes = meanOverTime(graph, op('Mul', [above, op('Mul', [above, above])]), weights);
  return op('Pow', [op('Max', [cubes, number(1e-9)]), number(1 / 3)]);
}

/** The mean distance of frames that are `lag` apart, both heard: [batch, 1, bands]. */
function changes(graph: GraphBuilder, x: string, weights: string, lag: number): string {
  const { op, ints } = graph;
  const [start, late, end] = [ints([0]), ints([lag]), ints([Number.MAX_SAFE_INTEGER])];
  const pair = (of: string): [string, string] => [
    op('Slice', [of, late, end, ints([1])]),
    op('Slice', [of, start, ints([-lag]), ints([1])]),
  ];
  return meanOverTime(graph, op('Abs', [op('Sub', pair(x))]), op('Mul', pair(weights)));
}
