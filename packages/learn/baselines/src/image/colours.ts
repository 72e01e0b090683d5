import type { GraphBuilder } from '../graph.js';

/** Bins of a colour axis. */
export const COLOUR_BINS = 8;

/**
 * Adds the opponent axes of colour: brightness, red against green, yellow against blue.
 *
 * @param image [batch, 3, size, size] in 0..1, red first
 * @returns the same shape, each axis in 0..1
 */
export function opponentColours({ op, tensor }: GraphBuilder, image: string): string {
  const axes = [1 / 3, 1 / 3, 1 / 3, 0.5, -0.5, 0, 0.25, 0.25, -0.5];
  return op('Conv', [image, tensor([3, 3, 1, 1], axes), tensor([3], [0, 0.5, 0.5])]);
}

/**
 * Adds square roots of a histogram of each colour axis, over the whole picture and over each quarter. A
 * pixel is shared between the two nearest bins; the squares of a histogram are 1 together. Roots compare
 * as the Bhattacharyya coefficient does.
 *
 * @param colours [batch, 3, size, size] in 0..1
 * @returns [batch, 5 * 24]: the whole [axis, bin], then the quarters [axis, bin, row, column]
 */
export function colourHistograms(graph: GraphBuilder, colours: string, size: number): string {
  const { op, ints, number, tensor } = graph;
  const steps = COLOUR_BINS - 1;
  const middles = Array.from({ length: COLOUR_BINS }, (_, bin) => bin / steps);
  const apart = op('Sub', [
    op('Unsqueeze', [colours, ints([2])]),
    tensor([1, 1, COLOUR_BINS, 1, 1], middles),
  ]);
  const near = op('Sub', [number(1), op('Mul', [op('Abs', [apart]), number(steps)])]);
  const votes = op('Reshape', [op('Relu', [near]), ints([0, -1, size, size])]);
  const [whole, quarters] = [meanColours(graph, votes, size), meanColours(graph, votes, size / 2)];
  return op('Sqrt', [op('Concat', [whole, quarters], { axis: 1 })]);
}

/** Adds the means of squares of `side` pixels of [batch, channels, size, size], flattened. */
export const meanColours = ({ op }: GraphBuilder, planes: string, side: number): string =>
  op('Flatten', [op('AveragePool', [planes], { kernel_shape: [side, side], strides: [side, side] })], {
    axis: 1,
  });
