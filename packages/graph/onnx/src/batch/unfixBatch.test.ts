import { describe, expect, it } from 'vitest';
import { node, type GraphNode } from '../graph/model.js';
import { int64, type Tensor } from '../graph/tensor.js';
import { normaliseModel } from '../normalise/index.js';
import { difference, graphOf, noise, run, type TestGraph } from '../testing/graphs.js';
import { fixedBatch, unfixBatch } from './unfixBatch.js';

const weight = (name: string, ...dims: number[]): Tensor => noise(name, dims);

/** Networks for one example as exporters write them, from x [1, ...dims] to y. */
const cases: Readonly<Record<string, { readonly dims: readonly number[] } & TestGraph>> = {
  'a class token that is put before the others': {
    dims: [3, 8, 8],
    nodes: [
      node('Conv', ['x', 'patches'], ['planes'], { strides: [4, 4] }),
      node('Reshape', ['planes', 'tokens'], ['rows']),
      node('Transpose', ['rows'], ['turned'], { perm: [0, 2, 1] }),
      node('Concat', ['token', 'turned'], ['all'], { axis: 1 }),
      node('MatMul', ['all', 'w'], ['mixed']),
      node('Gather', ['mixed', 'first'], ['y'], { axis: 1 }),
    ],
    initializers: {
      patches: weight('patches', 6, 3, 4, 4),
      tokens: int64([1, 6, 4]),
      token: weight('token', 1, 1, 6),
      w: weight('w', 6, 5),
      first: int64([0], []),
    },
  },
  'windows that take the batch in, and give it back': {
    dims: [4, 4, 3],
    nodes: [
      node('Reshape', ['x', 'cut'], ['cut_apart']),
      node('Transpose', ['cut_apart'], ['side_by_side'], { perm: [0, 1, 3, 2, 4, 5] }),
      node('Reshape', ['side_by_side', 'windows'], ['rows']),
      node('MatMul', ['rows', 'w'], ['products']),
      node('Softmax', ['products'], ['soft'], { axis: 1 }),
      node('Reshape', ['soft', 'apart'], ['back']),
      node('Transpose', ['back'], ['joined'], { perm: [0, 1, 3, 2, 4, 5] }),
      node('Reshape', ['joined', 'whole'], ['y']),
    ],
    initializers: {
      cut: int64([1, 2, 2, 2, 2, 3]),
      windows: int64([4, 4, 3]),
      apart: int64([1, 2, 2, 2, 2, 3]),
      whole: int64([1, 4, 4, 3]),
      w: weight('w', 3, 3),
    },
  },
  'attention with the length before the batch': {
    dims: [5, 6],
    nodes: [
      node('Transpose', ['x'], ['length_first'], { perm: [1, 0, 2] }),
      node('Reshape', ['length_first', 'by_heads'], ['apart']),
      node('Transpose', ['apart'], ['heads'], { perm: [1, 0, 2] }),
      node('Transpose', ['heads'], ['keys'], { perm: [0, 2, 1] }),
      node('MatMul', ['heads', 'keys'], ['scores']),
      node('Softmax', ['scores'], ['shares'], { axis: -1 }),
      node('MatMul', ['shares', 'heads'], ['read']),
      node('Transpose', ['read'], ['again'], { perm: [1, 0, 2] }),
      node('Reshape', ['again', 'matrix'], ['rows']),
      node('Gemm', ['rows', 'w'], ['products']),
      node('Reshape', ['products', 'sequence'], ['out']),
      node('Transpose', ['out'], ['y'], { perm: [1, 0, 2] }),
    ],
    initializers: {
      by_heads: int64([5, 2, 3]),
      matrix: int64([5, 6]),
      sequence: int64([5, 1, 6]),
      w: weight('w', 6, 6),
    },
  },
  'an axis that is added in front': {
    dims: [4, 6],
    nodes: [
      node('Unsqueeze', ['x', 'front'], ['wide']),
      node('Transpose', ['wide'], ['turned'], { perm: [1, 2, 0, 3] }),
      node('Squeeze', ['turned', 'third'], ['narrow']),
      node('Reshape', ['narrow', 'flat'], ['y']),
    ],
    initializers: { front: int64([0]), third: int64([2]), flat: int64([1, 24]) },
  },
};

describe('a graph for one example', () => {
  it.each(Object.entries(cases))('takes several: %s', async (_, { dims, nodes, initializers }) => {
    const fixed = graphOf({
      nodes: nodes as GraphNode[],
      initializers: initializers ?? {},
      inputs: { x: [1, ...dims] },
    });
    expect(fixedBatch(fixed)).toBe(1);
    const kept = normaliseModel(fixed, { batch: 'keep' });
    const free = normaliseModel(await unfixBatch(kept, { x: noise('trace', [1, ...dims]) }));
    const examples = ['a', 'b', 'c'].map((name) => noise(name, [1, ...dims]));
    const all = { dtype: 'float32' as const, dims: [3, ...dims], data: joined(examples) };
    const together = (await run(free, { x: all }))['y'] as Tensor;
    const alone = await Promise.all(examples.map(async (x) => (await run(fixed, { x }))['y'] as Tensor));
    const expected = { ...together, data: joined(alone) };
    expect(together.dims).toEqual([3, ...(alone[0]?.dims.slice(1) ?? [])]);
    expect(difference(expected, together)).toBeLessThan(1e-6);
  });
});

const joined = (tensors: readonly Tensor[]): Float32Array =>
  Float32Array.from(tensors.flatMap(({ data }) => Array.from(data as Float32Array)));
