import type { GraphBuilder } from '../graph.js';

/** Lower bound of a sum of weights, which is zero in silence. */
const TINY = 1e-6;

/** Adds how loud each frame is: the mean of [batch, frames, bands], whose silence is 0, as [batch, frames, 1]. */
export const loudness = ({ op, reduce }: GraphBuilder, x: string): string =>
  op('Relu', [reduce('Mean', x, [2])]);

/** Adds the weighted mean over the frames of [batch, frames, n], [batch, 1, n]; weights are [batch, frames, 1]. */
export function meanOverTime({ op, number, reduce }: GraphBuilder, x: string, weights: string): string {
  const total = op('Add', [reduce('Sum', weights, [1]), number(TINY)]);
  return op('Div', [reduce('Sum', op('Mul', [weights, x]), [1]), total]);
}

/** Adds the weighted root mean square over the frames of [batch, frames, n]: [batch, 1, n]. */
export function sizeOverTime(graph: GraphBuilder, x: string, weights: string): string {
  const { op, number } = graph;
  const power = meanOverTime(graph, op('Mul', [x, x]), weights);
  return op('Sqrt', [op('Add', [power, number(TINY)])]);
}

/**
 * Adds means over parts of time that hold equal shares of the loudness: so what is heard first and what
 * last stay apart, however long the silence around them is. A part fades in and out over its neighbours.
 *
 * @param x [batch, frames, n]
 * @param weights [batch, frames, 1]
 * @returns [batch, parts, n]
 */
export function meansOfParts(graph: GraphBuilder, x: string, weights: string, parts: number): string {
  const { op, ints, number, reduce, tensor } = graph;
  const total = op('Add', [reduce('Sum', weights, [1]), number(TINY)]);
  const axis = op('Squeeze', [ints([1])]);
  const before = op('Sub', [op('CumSum', [weights, axis]), op('Mul', [weights, number(0.5)])]);
  const place = op('Mul', [op('Div', [before, total]), number(parts)]);
  const middles = Array.from({ length: parts }, (_, part) => part + 0.5);
  const apart = op('Abs', [op('Sub', [place, tensor([1, 1, parts], middles)])]);
  const shares = op('Mul', [weights, op('Relu', [op('Sub', [number(1), apart])])]);
  const turned = op('Transpose', [shares], { perm: [0, 2, 1] });
  const sums = op('Add', [reduce('Sum', turned, [2]), number(TINY)]);
  return op('Div', [op('MatMul', [turned, x]), sums]);
}
