import { describe, expect, it } from 'vitest';
import { node, type Dimension, type GraphNode, type Model } from '../graph/model.js';
import { int64, scalar, type Tensor } from '../graph/tensor.js';
import { graphOf, noise, run } from '../testing/graphs.js';
import { findFeatures, withMean, type FoundFeatures } from './features.js';
import { traceModel } from './trace.js';

interface Case {
  readonly nodes: readonly GraphNode[];
  readonly initializers: Readonly<Record<string, Tensor>>;
  readonly dims: readonly number[];
}

const modelOf = ({ nodes, initializers, dims }: Case): Model =>
  graphOf({ nodes, initializers, inputs: { x: ['batch', ...dims.slice(1)] as Dimension[] } });

async function featuresOf(given: Case): Promise<FoundFeatures> {
  const { model, tensors } = await traceModel(modelOf(given), { x: noise('x', given.dims) });
  return findFeatures(model, tensors);
}

const head = (name: string): Readonly<Record<string, Tensor>> => ({
  [name]: noise(name, [6, 3]),
  [`${name}_bias`]: noise(`${name}_bias`, [3]),
});

describe('the features of averaged classifiers', () => {
  const average = [node('Add', ['a', 'b'], ['sum']), node('Div', ['sum', 'two'], ['y'])];
  const gemms = (first: string, second: string): GraphNode[] => [
    node('Gemm', [first, 'v', 'v_bias'], ['a']),
    node('Gemm', [second, 'w', 'w_bias'], ['b']),
    ...average,
  ];
  const heads = { ...head('v'), ...head('w'), two: scalar(2) };

  it('are the vector that all of them start from', async () => {
    const norm = {
      scale: noise('s', [6]),
      shift: noise('t', [6]),
      mean: noise('m', [6]),
      spread: scalarSix(1),
    };
    const nodes = [
      node('Relu', ['x'], ['trunk']),
      node('BatchNormalization', ['trunk', 'scale', 'shift', 'mean', 'spread'], ['first']),
      node('BatchNormalization', ['trunk', 'shift', 'scale', 'mean', 'spread'], ['second']),
      ...gemms('first', 'second'),
    ];
    expect(await featuresOf({ nodes, initializers: { ...heads, ...norm }, dims: [2, 6] })).toEqual({
      tensors: ['trunk'],
      place: 'before the averaged heads',
    });
  });

  it('are the mean of what they read, where that is tokens', async () => {
    const nodes = [
      node('Relu', ['x'], ['tokens']),
      node('Gather', ['tokens', 'zero'], ['class_token'], { axis: 1 }),
      node('Gather', ['tokens', 'one'], ['distilled_token'], { axis: 1 }),
      ...gemms('class_token', 'distilled_token'),
    ];
    const initializers = { ...heads, zero: int64([0], []), one: int64([1], []) };
    const given = { nodes, initializers, dims: [2, 4, 6] };
    const found = await featuresOf(given);
    expect(found).toEqual({
      tensors: ['class_token', 'distilled_token'],
      place: 'before the averaged heads',
    });
    const model = withMean(modelOf(given), found.tensors, 'mean');
    const outputs = [...found.tensors, 'mean'].map((name) => ({
      name,
      dtype: 'float32' as const,
      shape: null,
    }));
    const values = await run({ ...model, graph: { ...model.graph, outputs } }, { x: noise('x', [2, 4, 6]) });
    const [a, b, mean] = outputs.map(({ name }) => [...(values[name]?.data as Float32Array)]);
    mean?.forEach((value, i) => expect(value).toBeCloseTo(((a?.[i] ?? NaN) + (b?.[i] ?? NaN)) / 2, 6));
  });

  it('are no heads where one reads what the other gives', async () => {
    const square = { v: noise('v', [6, 6]), w: noise('w', [6, 6]) };
    const nodes = [
      node('MatMul', ['x', 'v'], ['a']),
      node('MatMul', ['a', 'w'], ['b']),
      node('Add', ['a', 'b'], ['y']),
    ];
    expect(await featuresOf({ nodes, initializers: square, dims: [2, 6] })).toEqual({
      tensors: ['y'],
      place: 'own output',
    });
  });
});

const scalarSix = (value: number): Tensor => ({
  dtype: 'float32',
  dims: [6],
  data: new Float32Array(6).fill(value),
});

describe('the features of a network that ends in a convolution, an activation and pooling', () => {
  const ends = (classes: number): Promise<FoundFeatures> =>
    featuresOf({
      nodes: [
        node('Relu', ['x'], ['trunk']),
        node('Conv', ['trunk', 'point'], ['a']),
        node('Relu', ['a'], ['b']),
        node('GlobalAveragePool', ['b'], ['c']),
        node('Flatten', ['c'], ['y']),
      ],
      initializers: { point: noise('point', [classes, 16, 1, 1]) },
      dims: [2, 16, 4, 4],
    });

  it.each([10, 1000])('are what the convolution reads where it gives %i classes', async (classes) => {
    expect((await ends(classes)).tensors).toEqual(['trunk']);
  });

  it('are the output where it widens, as the last convolution of MobileNet does', async () => {
    expect((await ends(40)).tensors).toEqual(['y']);
  });
});

describe('the features of a detector', () => {
  it('are what the maps of all scales are made of', async () => {
    const flat = int64([0, 5, -1]);
    const branch = (from: string, name: string): GraphNode[] => [
      node('Conv', [from, `${name}_kernel`], [`${name}_boxes`], { pads: [1, 1, 1, 1] }),
      node('Reshape', [`${name}_boxes`, 'flat'], [`${name}_list`]),
    ];
    const nodes = [
      node('Conv', ['x', 'stem'], ['fine'], { strides: [2, 2], pads: [1, 1, 1, 1] }),
      node('Relu', ['fine'], ['trunk']),
      node('Conv', ['trunk', 'down'], ['coarse'], { strides: [2, 2], pads: [1, 1, 1, 1] }),
      ...branch('trunk', 'large'),
      ...branch('coarse', 'small'),
      node('Concat', ['large_list', 'small_list'], ['y'], { axis: 2 }),
    ];
    const initializers = {
      flat,
      stem: noise('stem', [8, 3, 3, 3]),
      down: noise('down', [8, 8, 3, 3]),
      large_kernel: noise('large', [5, 8, 3, 3]),
      small_kernel: noise('small', [5, 8, 3, 3]),
    };
    expect(await featuresOf({ nodes, initializers, dims: [2, 3, 16, 16] })).toEqual({
      tensors: ['trunk'],
      place: 'before the detections',
    });
  });
});
