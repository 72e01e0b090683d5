import { describe, expect, it } from 'vitest';
import { node, type GraphNode } from '../graph/model.js';
import { float32, type Tensor } from '../graph/tensor.js';
import { graphOf, noise } from '../testing/graphs.js';
import { trainableNames } from './parameters.js';

const table = (rows: number, width: number, valueOf: (row: number, column: number) => number): Tensor =>
  float32(
    [rows, width],
    Array.from({ length: rows * width }, (_, i) => valueOf(Math.floor(i / width), i % width)),
  );

const trained = (nodes: readonly GraphNode[], given: Readonly<Record<string, Tensor>>): string[] =>
  trainableNames(graphOf({ nodes, initializers: given }).graph);

const angle = (row: number, pair: number, width: number): number => row / 10_000 ** ((2 * pair) / width);
const sinusoid = table(6, 8, (row, column) => {
  const turn = angle(row, Math.floor(column / 2), 8);
  return column % 2 === 0 ? Math.sin(turn) : Math.cos(turn);
});
const halves = table(6, 8, (row, column) =>
  column < 4 ? Math.sin(angle(row, column, 8)) : Math.cos(angle(row, column - 4, 8)),
);
const frequencies = float32(
  [8],
  Array.from({ length: 8 }, (_, i) => 10_000 ** (-i / 8)),
);

describe('weights', () => {
  it.each([
    ['a table of positions that is cut', node('Slice', ['w', 'a', 'b'], ['y']), noise('w', [8, 4])],
    ['a class token that is repeated', node('Expand', ['w', 'a'], ['y']), noise('w', [1, 1, 4])],
    [
      'a class token before the others',
      node('Concat', ['w', 'x'], ['y'], { axis: 1 }),
      noise('w', [1, 1, 4]),
    ],
    [
      'a product of indices',
      node('Einsum', ['x', 'w'], ['y'], { equation: 'ab,bc->ac' }),
      noise('w', [4, 4]),
    ],
    ['a weight that is normalised', node('ReduceL2', ['w', 'a'], ['y']), noise('w', [4, 4, 2])],
    ['fresh scales of a normalisation', node('Mul', ['x', 'w'], ['y']), float32([4], [1, 1, 1, 1])],
    ['fresh shifts of a normalisation', node('Add', ['x', 'w'], ['y']), float32([4], [0, 0, 0, 0])],
    ['an embedding with zeros for its padding', node('Gather', ['w', 'x'], ['y']), padded()],
  ])('are %s', (_, made, w) => {
    expect(trained([made], { w })).toEqual(['w']);
  });

  it.each([
    ['sines and cosines side by side', node('Gather', ['w', 'x'], ['y']), sinusoid],
    ['sines and then cosines', node('Add', ['x', 'w'], ['y']), halves],
    ['the frequencies of positions', node('Mul', ['x', 'w'], ['y']), frequencies],
    ['a mask of ones', node('Mul', ['x', 'w'], ['y']), table(4, 4, (i, j) => (j <= i ? 1 : 0))],
    ['a mask that hides', node('Add', ['x', 'w'], ['y']), table(4, 4, (i, j) => (j <= i ? 0 : -1e4))],
    ['a mask of infinities', node('Add', ['x', 'w'], ['y']), table(4, 4, (i, j) => (j <= i ? 0 : -Infinity))],
    ['one number throughout that is repeated', node('Expand', ['w', 'a'], ['y']), table(1, 4, () => 0)],
    [
      "the scales of a group normalisation's first step",
      node('InstanceNormalization', ['x', 'w', 'b'], ['y']),
      float32([4], [1, 1, 1, 1]),
    ],
    ['a single number', node('Mul', ['x', 'w'], ['y']), float32([1], [0.125])],
  ])('are not %s', (_, made, w) => {
    expect(trained([made], { w })).toEqual([]);
  });
});

function padded(): Tensor {
  const { dims, data } = noise('w', [6, 8]);
  return float32(
    dims,
    (data as Float32Array).map((value, i) => (i < 8 ? 0 : value)),
  );
}
