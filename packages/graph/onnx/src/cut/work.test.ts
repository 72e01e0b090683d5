import { describe, expect, it } from 'vitest';
import { float32, node, type GraphNode, type Model } from '../index.js';
import { traceModel } from './trace.js';
import { workOfGraph } from './work.js';

const zeros = (...dims: readonly number[]) =>
  float32(dims, new Float32Array(dims.reduce((a, b) => a * b, 1)));

async function workOf(
  nodes: readonly GraphNode[],
  weights: Record<string, readonly number[]>,
  ...input: number[]
) {
  const model: Model = {
    irVersion: 9,
    opsets: new Map([['', 18]]),
    graph: {
      name: 'work',
      nodes,
      inputs: [{ name: 'x', dtype: 'float32', shape: input }],
      outputs: [{ name: 'y', dtype: 'float32', shape: null }],
      initializers: new Map(Object.entries(weights).map(([name, dims]) => [name, zeros(...dims)])),
    },
    metadata: {},
  };
  const trace = await traceModel(model, { x: zeros(...input) });
  return workOfGraph(trace.model.graph, trace.tensors);
}

describe('the work of a graph', () => {
  it('counts multiplications and additions of layers by hand', async () => {
    // 3x3 kernels over 64 channels to 128, 14 x 14 places: 2 * 9 * 64 * 128 * 196.
    const conv = [node('Conv', ['x', 'w'], ['y'], { pads: [1, 1, 1, 1] })];
    expect(await workOf(conv, { w: [128, 64, 3, 3] }, 1, 64, 14, 14)).toBe(2 * 9 * 64 * 128 * 196);
    const product = [node('MatMul', ['x', 'w'], ['y'])];
    expect(await workOf(product, { w: [512, 256] }, 4, 128, 512)).toBe(2 * 4 * 128 * 512 * 256);
    const gemm = [node('Gemm', ['x', 'w'], ['y'], { transA: 1 })];
    expect(await workOf(gemm, { w: [300, 400] }, 300, 200)).toBe(2 * 200 * 300 * 400);
    const einsum = [node('Einsum', ['x', 'w'], ['y'], { equation: 'bij,jk->bik' })];
    expect(await workOf(einsum, { w: [512, 256] }, 4, 128, 512)).toBe(2 * 4 * 128 * 512 * 256);
  });

  it('counts what memory bounds by the numbers it moves', async () => {
    // A depthwise filter does 18 operations a place, and reads and writes one number each.
    const depthwise = [node('Conv', ['x', 'w'], ['y'], { group: 32, pads: [1, 1, 1, 1] })];
    expect(await workOf(depthwise, { w: [32, 1, 3, 3] }, 1, 32, 8, 8)).toBe(16 * 2 * 32 * 64);
    expect(await workOf([node('Relu', ['x'], ['y'])], {}, 10, 10)).toBe(16 * 200);
  });

  it('counts nothing for another shape of the same numbers, and adds up', async () => {
    const flat = node('Flatten', ['a'], ['y']);
    const relu = node('Relu', ['x'], ['a']);
    const both = await workOf([relu, node('Identity', ['a'], ['y'])], {}, 2, 3, 4);
    expect(both).toBe(16 * 48);
    expect(await workOf([relu, flat], {}, 2, 3, 4)).toBeGreaterThanOrEqual(both);
  });
});
