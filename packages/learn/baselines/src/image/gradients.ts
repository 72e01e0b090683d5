import type { GraphBuilder } from '../graph.js';

/** Bins of orientation over half a turn; which of its two sides is the brighter one does not count. */
export const ORIENTATIONS = 9;

/** Pixels from the middle of a cell to the next. */
export const CELL = 8;

/** Share of red, green and blue in grey (ITU-R BT.601). */
const luma = [0.299, 0.587, 0.114] as const;

/**
 * Adds histograms of the orientation of gradients (Dalal & Triggs, 2005): each pixel of the grey picture
 * votes with the size of its gradient for the two nearest orientations, and for up to four cells around
 * it, in proportion to how near they are. The picture's square root is taken first, so that a stroke in
 * the shade counts, and that of the votes last; between them the histograms are divided by their length
 * over the whole picture: blocks of cells, as in the paper, would be three times as many features.
 *
 * @param image [batch, 3, size, size] in 0..1
 * @returns [batch, 9 * (size / 8 - 1)²], orientation first; bin k is of gradients that point k * 20
 * degrees from right to down
 */
export function gradientHistograms(graph: GraphBuilder, image: string): string {
  const { op, number, reduce } = graph;
  const gradient = gradientOf(graph, op('Sqrt', [op('Relu', [image])]));
  const size = reduce('L2', gradient, [1]);
  const votes = op('Mul', [closeness(graph, gradient, size), size]);
  const cells = op('Conv', [votes, tents(graph)], { strides: [CELL, CELL], group: ORIENTATIONS });
  const flat = op('Flatten', [cells], { axis: 1 });
  const length = op('Add', [reduce('L2', flat, [1]), number(1e-3)]);
  return op('Sqrt', [op('Div', [flat, length])]);
}

/** Half the difference of a pixel's neighbours in grey, to the right and down: [batch, 2, size, size]. */
function gradientOf(graph: GraphBuilder, planes: string): string {
  const right = [0, 0, 0, -0.5, 0, 0.5, 0, 0, 0];
  const down = [0, -0.5, 0, 0, 0, 0, 0, 0.5, 0];
  const kernels = [right, down].flatMap((kernel) =>
    luma.flatMap((share) => kernel.map((value) => value * share)),
  );
  return graph.op('Conv', [graph.padEdges(planes, [0, 0, 1, 1]), graph.tensor([2, 3, 3, 3], kernels)]);
}

/** Computes the weight of each orientation bin, 1 at its middle and 0 at the middle of the next: [batch, 9, size, size]. */
function closeness({ op, number, tensor }: GraphBuilder, gradient: string, size: string): string {
  const span = Math.PI / ORIENTATIONS;
  const middles = Array.from({ length: ORIENTATIONS }, (_, bin) => [
    Math.cos(bin * span),
    Math.sin(bin * span),
  ]);
  const along = op('Conv', [gradient, tensor([ORIENTATIONS, 2, 1, 1], middles.flat())]);
  const cosine = op('Div', [op('Abs', [along]), op('Max', [size, number(1e-6)])]);
  const angle = op('Acos', [op('Min', [cosine, number(1)])]);
  return op('Relu', [op('Sub', [number(1), op('Mul', [angle, number(1 / span)])])]);
}

/** A pyramid over two cells, whose weights are 1 together where all cells around a pixel are there. */
function tents({ tensor }: GraphBuilder): string {
  const side = 2 * CELL;
  const tent = Array.from({ length: side }, (_, i) => (1 - Math.abs(i + 0.5 - CELL) / CELL) / CELL);
  const pyramid = tent.flatMap((a) => tent.map((b) => a * b));
  return tensor([ORIENTATIONS, 1, side, side], Array.from({ length: ORIENTATIONS }, () => pyramid).flat());
}
