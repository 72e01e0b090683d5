import { expect, it } from 'vitest';
import { node, type GraphNode } from '../graph/model.js';
import { graphOf, noise } from '../testing/graphs.js';
import { normalisationWeights } from './normalisations.js';

const [scale, shift] = [noise('scale', [4]), noise('shift', [4])];

const found = (nodes: readonly GraphNode[]): string[] =>
  [
    ...normalisationWeights(
      graphOf({
        nodes,
        initializers: { scale, shift, kernel: noise('kernel', [4, 4]), bias: noise('bias', [4]) },
      }).graph,
    ),
  ].sort();

/** A normalisation written out, up to what it scales. */
const writtenOut = (last: GraphNode): GraphNode[] => [
  node('ReduceMean', ['x', 'axes'], ['mean']),
  node('Sub', ['x', 'mean'], ['centred']),
  node('Mul', ['centred', 'centred'], ['squares']),
  node('ReduceMean', ['squares', 'axes'], ['variance']),
  node('Sqrt', ['variance'], ['root']),
  last,
];
const scaled = [node('Mul', ['n', 'scale'], ['s']), node('Add', ['s', 'shift'], ['y'])];

it.each([
  ['BatchNormalization', [node('BatchNormalization', ['x', 'scale', 'shift', 'mean', 'variance'], ['y'])]],
  ['LayerNormalization', [node('LayerNormalization', ['x', 'scale', 'shift'], ['y'])]],
  ['a division by a root', [...writtenOut(node('Div', ['centred', 'root'], ['n'])), ...scaled]],
  [
    'a product with the inverse of a root',
    [
      ...writtenOut(node('Reciprocal', ['root'], ['inverse'])),
      node('Mul', ['centred', 'inverse'], ['n']),
      ...scaled,
    ],
  ],
])('finds the scale and the shift of %s', (_, nodes) => {
  expect(
    found([...nodes, node('MatMul', ['y', 'kernel'], ['z']), node('Add', ['z', 'bias'], ['out'])]),
  ).toEqual(['scale', 'shift']);
});

it('finds none in what only scales, shifts or divides', () => {
  expect(
    found([
      node('Mul', ['x', 'scale'], ['a']),
      node('Add', ['a', 'shift'], ['b']),
      node('Div', ['b', 'a'], ['c']),
      node('Mul', ['c', 'bias'], ['y']),
    ]),
  ).toEqual([]);
});
