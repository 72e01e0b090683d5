import { describe, expect, it } from 'vitest';
import { OnnxError } from '../errors.js';
import { lookUp } from '../graph/at.js';
import { node, type GraphNode, type Model } from '../graph/model.js';
import { int64, numbersOf, scalar, type Tensor } from '../graph/tensor.js';
import { normaliseModel } from '../normalise/index.js';
import { createSession, runSession } from '../runtime/session.js';
import { difference, graphOf, noise, operatorsOf, run } from '../testing/graphs.js';
import { tinyNetwork } from '../testing/index.js';
import { traceModel } from './trace.js';

/** [N, 3, 4] to [N, 12] by arithmetic on the shape, as exporters write it. */
const shapeArithmetic: readonly GraphNode[] = [
  node('Shape', ['x'], ['shape']),
  node('Gather', ['shape', 'zero'], ['batch'], { axis: 0 }),
  node('Unsqueeze', ['batch', 'axis'], ['batch1']),
  node('Concat', ['batch1', 'rest'], ['target'], { axis: 0 }),
  node('Reshape', ['x', 'target'], ['y']),
];
const constants = { zero: int64([0], []), axis: int64([0]), rest: int64([-1]) };
const arithmetic = graphOf({
  nodes: shapeArithmetic,
  initializers: constants,
  inputs: { x: ['batch', 3, 4] },
});

describe('the shapes of a trace', () => {
  it.each(['nchw', 'nhwc'] as const)('are those ONNX Runtime computes: %s', async (layout) => {
    const model = normaliseModel(tinyNetwork({ layout }));
    const image = noise('image', layout === 'nchw' ? [2, 3, 24, 24] : [2, 24, 24, 3]);
    const { tensors } = await traceModel(model, { image });
    const names = model.graph.nodes.flatMap(({ outputs }) => outputs);
    const outputs = names.map((name) => ({ name, dtype: null, shape: null }));
    const session = await createSession(
      { ...model, graph: { ...model.graph, outputs } },
      { optimise: false },
    );
    const found = await runSession(session, { image });
    await session.release();
    expect(names.length).toBeGreaterThan(10);
    for (const name of names) {
      const { dtype, dims } = lookUp(found, name);
      expect([name, tensors.get(name)]).toEqual([name, { dtype, dims }]);
    }
    expect(tensors.get('image')?.dims).toEqual(image.dims);
    expect(tensors.get('stem.weight')).toEqual({ dtype: 'float32', dims: [8, 3, 3, 3] });
    expect(tensors.get('down')?.dims).toEqual([2, 12, 6, 6]);
  });

  it('know the element type', async () => {
    const { tensors } = await traceModel(arithmetic, { x: noise('x', [2, 3, 4]) });
    expect(tensors.get('shape')).toEqual({ dtype: 'int64', dims: [3] });
    expect(tensors.get('y')).toEqual({ dtype: 'float32', dims: [2, 12] });
  });

  it('are an OnnxError where the model does not run on the batch', async () => {
    const model = normaliseModel(tinyNetwork());
    const wrong = traceModel(model, { image: noise('image', [1, 4, 24, 24]) });
    await expect(wrong).rejects.toThrow(OnnxError);
    await expect(wrong).rejects.toThrow(/does not run on a batch of shape image \[1,4,24,24\]/);
  });
});

describe('folding', () => {
  const traced = async (model: Model, dims: readonly number[]): Promise<Model> =>
    (await traceModel(model, { x: noise('x', dims) })).model;

  it('removes arithmetic on shapes and keeps the result', async () => {
    const x = noise('x', [5, 3, 4]);
    const model = await traced(arithmetic, x.dims);
    expect(operatorsOf(model)).toEqual(['Reshape']);
    expect([...model.graph.initializers.keys()]).toEqual(['target']);
    expect(numbersOf(lookUp(model.graph.initializers, 'target'))).toEqual([5, -1]);
    const [before, after] = [await run(arithmetic, { x }), await run(model, { x })];
    expect(difference(before['y'] as Tensor, after['y'] as Tensor)).toBe(0);
  });

  it('removes what only constants go into', async () => {
    const nodes = [
      node('Add', ['rest', 'rest'], ['double']),
      node('ConstantOfShape', ['double'], ['zeros']),
      node('Cast', ['zeros'], ['whole'], { to: 7 }),
      node('Gather', ['x', 'whole'], ['y'], { axis: 1 }),
    ];
    const model = await traced(graphOf({ nodes, initializers: { rest: int64([2]) } }), [2, 4]);
    expect(operatorsOf(model)).toEqual(['Gather']);
    expect([...model.graph.initializers.keys()]).toEqual(['whole']);
  });

  it('keeps whole numbers that depend on the data', async () => {
    const nodes = [
      node('ArgMax', ['x'], ['best'], { axis: 1, keepdims: 1 }),
      node('Add', ['best', 'one'], ['next']),
      node('Cast', ['next'], ['y'], { to: 1 }),
    ];
    const model = await traced(graphOf({ nodes, initializers: { one: int64([1]) } }), [2, 4]);
    expect(operatorsOf(model)).toEqual(['ArgMax', 'Add', 'Cast']);
  });

  it('keeps a shape that depends on the data', async () => {
    const nodes = [
      node('NonZero', ['x'], ['places']),
      node('Transpose', ['places'], ['rows'], { perm: [1, 0] }),
      node('Cast', ['rows'], ['y'], { to: 1 }),
    ];
    const model = await traced(graphOf({ nodes }), [2, 4]);
    expect(operatorsOf(model)).toEqual(['NonZero', 'Transpose', 'Cast']);
  });

  it('keeps weights that are computed from weights, which have to train', async () => {
    const nodes = [
      node('Transpose', ['w'], ['turned'], { perm: [1, 0] }),
      node('Mul', ['turned', 'scale'], ['scaled']),
      node('MatMul', ['x', 'scaled'], ['y']),
    ];
    const initializers = { w: noise('w', [6, 4]), scale: noise('scale', [6]) };
    const model = await traced(graphOf({ nodes, initializers }), [2, 4]);
    expect(operatorsOf(model)).toEqual(['Transpose', 'Mul', 'MatMul']);
    expect([...model.graph.initializers.keys()]).toEqual(['w', 'scale']);
  });

  it('folds the shape of a weight, and nothing in a network without shape arithmetic', async () => {
    const nodes = [
      node('Shape', ['w'], ['shape']),
      node('Expand', ['x', 'shape'], ['large']),
      node('Mul', ['large', 'w'], ['y']),
    ];
    const model = await traced(graphOf({ nodes, initializers: { w: noise('w', [3, 1, 4]) } }), [2, 4]);
    expect(operatorsOf(model)).toEqual(['Expand', 'Mul']);
    const tiny = normaliseModel(tinyNetwork());
    expect((await traceModel(tiny, { image: noise('i', [1, 3, 24, 24]) })).model).toEqual(tiny);
  });

  it('does not fold what a branch reads from the data', async () => {
    const inner = graphOf({ nodes: [node('Relu', ['x'], ['r'])], inputs: {} }).graph;
    const choose: GraphNode = {
      ...node('If', ['condition'], ['y']),
      attributes: {
        then_branch: { kind: 'graph', value: inner },
        else_branch: { kind: 'graph', value: inner },
      },
    };
    const condition: Tensor = { dtype: 'bool', dims: [], data: Uint8Array.of(1) };
    expect(
      operatorsOf(await traced(graphOf({ nodes: [choose], initializers: { condition } }), [2, 4])),
    ).toEqual(['If']);
  });
});

describe('a shape that depends on values', () => {
  const overwrite = graphOf({
    nodes: [
      node('Not', ['mask'], ['closed']),
      node('NonZero', ['closed'], ['rows']),
      node('Transpose', ['rows'], ['places'], { perm: [1, 0] }),
      node('Shape', ['places'], ['counts']),
      node('Gather', ['counts', 'zero'], ['count'], { axis: 0 }),
      node('Unsqueeze', ['count', 'axis'], ['count1']),
      node('Expand', ['nothing', 'count1'], ['updates']),
      node('ScatterND', ['x', 'places', 'updates'], ['cleared']),
      node('Shape', ['cleared'], ['shape']),
      node('Expand', ['one', 'shape'], ['ones']),
      node('Add', ['cleared', 'ones'], ['y']),
    ],
    initializers: { zero: int64([0], []), axis: int64([0]), nothing: scalar(0), one: scalar(1) },
    inputs: { x: [2, 3], mask: [2, 3] },
  });
  const model: Model = {
    ...overwrite,
    graph: {
      ...overwrite.graph,
      inputs: overwrite.graph.inputs.map((input) =>
        input.name === 'mask' ? { ...input, dtype: 'bool' as const } : input,
      ),
    },
  };
  const mask = (...bits: number[]): Tensor => ({ dtype: 'bool', dims: [2, 3], data: Uint8Array.from(bits) });

  it('is not folded, and that of what is overwritten is', async () => {
    const x = noise('x', [2, 3]);
    const trace = await traceModel(model, { x, mask: mask(1, 1, 1, 1, 0, 0) });
    expect(operatorsOf(trace.model)).toContain('NonZero');
    expect(trace.folded).toEqual(new Set(['ones']));
    const feeds = { x, mask: mask(1, 0, 0, 1, 0, 1) };
    const [before, after] = [await run(model, feeds), await run(trace.model, feeds)];
    expect(difference(before['y'] as Tensor, after['y'] as Tensor)).toBe(0);
  });
});
