import { describe, expect, it } from 'vitest';
import { node, type Graph, type GraphNode, type Model } from '../graph/model.js';
import { int64, scalar, type Tensor } from '../graph/tensor.js';
import { normaliseModel } from '../normalise/index.js';
import { difference, graphOf, noise, run } from '../testing/graphs.js';
import { takeBranches } from './branches.js';

/** An If whose branches read a tensor from outside, under inner names that the graph uses too. */
function branching(condition: readonly GraphNode[], name: string): Model {
  const branch = (factor: number): Graph => ({
    name: `times ${factor}`,
    nodes: [node('Mul', ['inside_only', 'factor'], ['y_inner'])],
    inputs: [],
    outputs: [{ name: 'y_inner', dtype: 'float32', shape: null }],
    initializers: new Map([['factor', scalar(factor)]]),
  });
  const choice: GraphNode = {
    ...node('If', [name], ['chosen']),
    attributes: {
      then_branch: { kind: 'graph', value: branch(2) },
      else_branch: { kind: 'graph', value: branch(3) },
    },
  };
  const nodes = [
    node('Abs', ['x'], ['inside_only']),
    ...condition,
    choice,
    node('Relu', ['chosen'], ['y_inner__taken']),
    node('Identity', ['y_inner__taken'], ['y']),
  ];
  return graphOf({
    nodes,
    initializers: { four: int64([4], []), axis: int64([1], []), first: int64([0], []) },
  });
}

/** Whether an axis of x has the length 4. */
const lengthIs = (axis: 'axis' | 'first'): GraphNode[] => [
  node('Shape', ['x'], ['shape']),
  node('Gather', ['shape', axis], ['length'], { axis: 0 }),
  node('Equal', ['length', 'four'], ['is_four']),
];

const batches = [2, 4].map((rows) => ({ x: noise('x', [rows, 4]) }));

describe('a branch', () => {
  it('is taken where its condition depends on a fixed shape, and computes the same', async () => {
    const model = branching(lengthIs('axis'), 'is_four');
    const taken = normaliseModel(await takeBranches(model, batches));
    expect(taken.graph.nodes.map(({ opType }) => opType)).not.toContain('If');
    for (const feeds of batches) {
      const [before, after] = [await run(model, feeds), await run(taken, feeds)];
      expect(difference(before['y'] as Tensor, after['y'] as Tensor)).toBe(0);
      expect(Math.max(...(before['y']?.data as Float32Array))).toBeGreaterThan(0);
    }
  });

  it('stays where its condition changes with the batch', async () => {
    const model = branching(lengthIs('first'), 'is_four');
    const { graph } = await takeBranches(model, batches);
    expect(graph.nodes.map(({ opType }) => opType)).toContain('If');
  });

  it('stays where its condition depends on the data', async () => {
    const condition = [
      node('ReduceMax', ['x'], ['largest'], { keepdims: 0 }),
      node('Cast', ['largest'], ['is_four'], { to: 9 }),
    ];
    const { graph } = await takeBranches(branching(condition, 'is_four'), batches);
    expect(graph.nodes.map(({ opType }) => opType)).toContain('If');
  });
});
