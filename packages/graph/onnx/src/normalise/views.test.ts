import { describe, expect, it } from 'vitest';
import { node, type GraphNode } from '../graph/model.js';
import { int64, type Tensor } from '../graph/tensor.js';
import { difference, graphOf, noise, operatorsOf, run, runBoth } from '../testing/graphs.js';
import { trainableNames } from '../weights/parameters.js';
import { normaliseModel } from './index.js';

const x = noise('x', [3, 4]);
const square = noise('w', [4, 4]);

const folded: [string, GraphNode[], Record<string, Tensor>, readonly number[]][] = [
  [
    'a transpose',
    [node('Transpose', ['w'], ['t'], { perm: [1, 0] }), node('MatMul', ['x', 't'], ['y'])],
    { w: noise('w', [5, 4]) },
    [4, 5],
  ],
  [
    'a transpose without a permutation',
    [node('Transpose', ['w'], ['t']), node('MatMul', ['x', 't'], ['y'])],
    { w: square },
    [4, 4],
  ],
  [
    'a reshape',
    [node('Reshape', ['w', 'to'], ['t']), node('MatMul', ['x', 't'], ['y'])],
    { w: noise('w', [4, 2, 3]), to: int64([0, -1]) },
    [4, 6],
  ],
  [
    'an unsqueeze and a squeeze',
    [
      node('Unsqueeze', ['w', 'axes'], ['wide']),
      node('Squeeze', ['wide', 'last'], ['t']),
      node('Mul', ['x', 't'], ['y']),
    ],
    { w: noise('w', [4]), axes: int64([0, -1]), last: int64([-1]) },
    [1, 4],
  ],
  [
    'a cast to its own type',
    [node('Cast', ['w'], ['t'], { to: 1 }), node('MatMul', ['x', 't'], ['y'])],
    { w: square },
    [4, 4],
  ],
];

describe('weights', () => {
  it.each(folded)(
    'take the shape that %s gives them, under their own name',
    async (_, nodes, given, dims) => {
      const { before, after, normalised } = await runBoth(graphOf({ nodes, initializers: given }), { x });
      expect(difference(before, after)).toBeLessThan(1e-6);
      expect(operatorsOf(normalised)).toEqual([nodes.at(-1)?.opType]);
      expect(normalised.graph.initializers.get('w')?.dims).toEqual(dims);
      expect(trainableNames(normalised.graph)).toEqual(['w']);
    },
  );

  it('that two nodes read stay as they are, and train once', async () => {
    const nodes = [
      node('Transpose', ['w'], ['t'], { perm: [1, 0] }),
      node('MatMul', ['x', 'w'], ['a']),
      node('MatMul', ['a', 't'], ['y']),
    ];
    const { before, after, normalised } = await runBoth(graphOf({ nodes, initializers: { w: square } }), {
      x,
    });
    expect(difference(before, after)).toBeLessThan(1e-6);
    expect(operatorsOf(normalised)).toContain('Transpose');
    expect(trainableNames(normalised.graph)).toEqual(['w']);
  });
});

describe('a network with the time first', () => {
  it('has the batch first behind each normalisation, and computes the same', async () => {
    const nodes = [
      node('Transpose', ['ids'], ['turned'], { perm: [1, 0] }),
      node('Unsqueeze', ['turned', 'last'], ['column']),
      node('Mul', ['column', 'w'], ['wide']),
      node('LayerNormalization', ['wide', 'g', 'b'], ['normal'], { axis: -1 }),
      node('Tanh', ['normal'], ['bent']),
      node('Transpose', ['bent'], ['y'], { perm: [1, 0, 2] }),
    ];
    const initializers = { w: noise('w', [4]), g: noise('g', [4]), b: noise('b', [4]), last: int64([2]) };
    const model = graphOf({ nodes, initializers, inputs: { ids: ['batch', 3] } });
    const feeds = { ids: noise('ids', [2, 3]) };
    const { before, after } = await runBoth(model, feeds);
    expect(difference(before, after)).toBeLessThan(1e-6);
    const outputs = [{ name: 'normal__batch_first', dtype: 'float32' as const, shape: null }];
    const normalised = normaliseModel(model);
    const cut = await run({ ...normalised, graph: { ...normalised.graph, outputs } }, feeds);
    expect(cut['normal__batch_first']?.dims).toEqual([2, 3, 4]);
  });
});
