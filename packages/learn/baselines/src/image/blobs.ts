import type { GraphBuilder } from '../graph.js';

/** Standard deviations in pixels. */
const scales = [0.7, 1.4, 2.8, 5.6, 11] as const;

const CHANNELS = 3;

/** Pixels of a cell whose mean may be the largest. */
const CELL = 8;

/** Features of a picture: 4 bands of size, brighter and darker, 3 channels, 4 statistics. */
export const BLOB_FEATURES = (scales.length - 1) * 2 * CHANNELS * 4;

/**
 * Adds statistics of what stands out from around it, of each size, wherever it is: differences of
 * Gaussians (Marr & Hildreth, 1980), those above and those below zero by themselves, and of each its
 * largest value, its mean, its root mean square and the largest mean of a cell, as logarithms. They tell
 * textures apart (Varma & Zisserman, 2005), and see a spot that a grid of histograms averages away.
 *
 * @param planes [batch, 3, size, size] in 0..1
 * @returns [batch, 96]
 */
export function blobStatistics(graph: GraphBuilder, planes: string): string {
  const { op, number, reduce } = graph;
  const blurred = scales.map((deviation) => blur(graph, planes, deviation));
  const bands = blurred.slice(1).map((coarse, i) => op('Sub', [blurred[i] as string, coarse]));
  const responses = op('Concat', [...bands, ...bands.map((band) => op('Neg', [band]))], { axis: 1 });
  const above = op('Relu', [responses]);
  const cells = op('AveragePool', [above], { kernel_shape: [CELL, CELL], strides: [CELL, CELL] });
  const statistics = [
    reduce('Max', above, [2, 3]),
    reduce('Mean', above, [2, 3]),
    op('Sqrt', [reduce('Mean', op('Mul', [above, above]), [2, 3])]),
    reduce('Max', cells, [2, 3]),
  ];
  const all = op('Flatten', [op('Concat', statistics, { axis: 1 })], { axis: 1 });
  return op('Log', [op('Add', [all, number(0.01)])]);
}

/** A Gaussian of three deviations to each side, along one axis and then the other. */
function blur({ op, padEdges, tensor }: GraphBuilder, planes: string, deviation: number): string {
  const radius = Math.round(3 * deviation);
  const width = 2 * radius + 1;
  const bell = Array.from({ length: width }, (_, i) => Math.exp(-((i - radius) ** 2) / (2 * deviation ** 2)));
  const sum = bell.reduce((a, b) => a + b, 0);
  const kernels = Array.from({ length: CHANNELS }, () => bell.map((value) => value / sum)).flat();
  const along = op(
    'Conv',
    [padEdges(planes, [0, 0, radius, radius]), tensor([CHANNELS, 1, 1, width], kernels)],
    {
      group: CHANNELS,
    },
  );
  return op('Conv', [along, tensor([CHANNELS, 1, width, 1], kernels)], { group: CHANNELS });
}
