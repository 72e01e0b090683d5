import { describe, expect, it } from 'vitest';
import { node, type GraphNode } from '../graph/model.js';
import { float32, int64, scalar, type Tensor } from '../graph/tensor.js';
import { difference, graphOf, noise, operatorsOf, runBoth, type TestGraph } from '../testing/graphs.js';
import { normaliseModel } from './index.js';
import { TARGET_OPSET } from './upgrade.js';

type Attributes = Parameters<typeof node>[3];

const inputDims = [3, 4, 5, 2];

/** One node `op` over the input `x` [3, 4, 5, 2] and constants. */
const one = (
  op: string,
  opset: number,
  attributes: Attributes = {},
  constants: Readonly<Record<string, Tensor>> = {},
  outputs: readonly string[] = ['y'],
): TestGraph => ({
  nodes: [node(op, ['x', ...Object.keys(constants)], outputs, attributes)],
  initializers: constants,
  inputs: { x: ['batch', ...inputDims.slice(1)] },
  opset,
});

const floats = (made: GraphNode, name: string, value: number): GraphNode => ({
  ...made,
  attributes: { ...made.attributes, [name]: { kind: 'float', value } },
});
const withFloats = (graph: TestGraph, values: Readonly<Record<string, number>>): TestGraph => ({
  ...graph,
  nodes: graph.nodes.map((made) =>
    Object.entries(values).reduce((current, [name, value]) => floats(current, name, value), made),
  ),
});

const normalisation = {
  scale: noise('scale', [4]),
  shift: noise('shift', [4]),
  mean: noise('mean', [4]),
  variance: float32([4], [0.5, 1, 1.5, 2]),
};

const softmaxes = (op: string): [string, TestGraph][] =>
  [undefined, 0, 1, 2, 3, -1, -2].map((axis) => [
    `${op}-11 of axis ${axis ?? 'default'}`,
    one(op, 11, axis === undefined ? {} : { axis }),
  ]);

const cases: readonly (readonly [string, TestGraph])[] = [
  ['Clip-6 of both limits', withFloats(one('Clip', 7), { min: -0.25, max: 0.5 })],
  ['Clip-6 of a lower limit', withFloats(one('Clip', 9), { min: 0.1 })],
  ['Clip-6 of an upper limit', withFloats(one('Clip', 10), { max: 0 })],
  ['Clip-6 of no limit', one('Clip', 7)],
  ['Clip-11', one('Clip', 11, {}, { low: scalar(-0.3), high: scalar(0.3) })],
  ['Pad-2 of a value', withFloats(one('Pad', 7, { pads: [0, 1, 0, 2, 0, 0, 3, 1] }), { value: 0.75 })],
  ['Upsample-9', one('Upsample', 9, {}, { scales: float32([4], [1, 1, 2, 3]) })],
  [
    'Upsample-9 of a line between pixels',
    one('Upsample', 9, { mode: 'linear' }, { scales: float32([4], [1, 1, 2, 3]) }),
  ],
  ['Resize-10', one('Resize', 10, {}, { scales: float32([4], [1, 1, 2, 2]) })],
  ['Pad-2 of zeros', one('Pad', 10, { pads: [0, 0, 1, 1, 0, 0, 1, 1] })],
  ['Pad-2 by reflection', one('Pad', 9, { pads: [0, 0, 2, 1, 0, 0, 3, 1], mode: 'reflect' })],
  ['Pad-2 by the edge', one('Pad', 9, { pads: [0, 1, 0, 0, 0, 1, 2, 0], mode: 'edge' })],
  ['Pad-2 that crops', one('Pad', 9, { pads: [0, -1, 0, 0, 0, 1, -2, 0] })],
  ['Slice-1', one('Slice', 9, { starts: [1, -4], ends: [3, 100], axes: [1, 2] })],
  ['Slice-1 of the first axes', one('Slice', 7, { starts: [0, 1], ends: [3, -1] })],
  ['Slice-10', one('Slice', 10, {}, { starts: int64([0]), ends: int64([4]), axes: int64([2]) })],
  ...softmaxes('Softmax'),
  ...softmaxes('LogSoftmax'),
  ['Hardmax-11', one('Hardmax', 11, { axis: 2 })],
  ['Softmax-13', one('Softmax', 13)],
  ['Softmax-13 of axis 1', one('Softmax', 13, { axis: 1 })],
  ['Unsqueeze-1', one('Unsqueeze', 10, { axes: [0, 3] })],
  ['Unsqueeze-11 of negative axes', one('Unsqueeze', 11, { axes: [-1, 1] })],
  ['Squeeze-1', { ...one('Unsqueeze', 9, { axes: [1, 5] }, {}, ['u']), outputs: ['y'] }],
  ['Squeeze-11 of all axes of length 1', one('Squeeze', 11)],
  ['ReduceSum-1', one('ReduceSum', 9, { axes: [1, 3], keepdims: 0 })],
  ['ReduceSum-11 of a negative axis', one('ReduceSum', 11, { axes: [-1] })],
  ['ReduceSum-11 of all axes', one('ReduceSum', 11, { keepdims: 0 })],
  ['ReduceSum-13', one('ReduceSum', 13, { keepdims: 0 }, { axes: int64([2]) })],
  ...['ReduceMean', 'ReduceMax', 'ReduceMin', 'ReduceL1', 'ReduceL2', 'ReduceProd', 'ReduceSumSquare'].map(
    (op): [string, TestGraph] => [`${op}-13`, one(op, 13, { axes: [2, -1], keepdims: 0 })],
  ),
  ['ReduceLogSumExp-11', one('ReduceLogSumExp', 11, { axes: [1] })],
  ['Split-2', one('Split', 9, { axis: 2, split: [2, 3] }, {}, ['y', 'z'])],
  ['Split-2 in equal parts', one('Split', 9, { axis: 1 }, {}, ['y', 'z'])],
  ['Split-11 of a negative axis', one('Split', 11, { axis: -2, split: [1, 1, 3] }, {}, ['a', 'b', 'y'])],
  ['Split-13 in equal parts', one('Split', 13, { axis: 1 }, {}, ['y', 'a', 'b', 'c'])],
  ['Split-13', one('Split', 13, { axis: 1 }, { split: int64([3, 1]) }, ['y', 'z'])],
  ['BatchNormalization-7', one('BatchNormalization', 7, { epsilon: 0.01 }, normalisation)],
  ['BatchNormalization-9', one('BatchNormalization', 9, { epsilon: 0.1, momentum: 0.5 }, normalisation)],
  ['BatchNormalization-14', one('BatchNormalization', 14, { epsilon: 0.01 }, normalisation)],
];

/** The cases whose graph needs a second node. */
const completed = ([name, graph]: readonly [string, TestGraph]): [string, TestGraph] => [
  name,
  name === 'Squeeze-1'
    ? { ...graph, nodes: [...graph.nodes, node('Squeeze', ['u'], ['y'], { axes: [5, 1] })] }
    : graph,
];

describe('an older operator set', () => {
  it.each(cases.map(completed))('computes the same: %s', async (_, graph) => {
    const model = graphOf({ ...graph, outputs: ['y'] });
    const { before, after, normalised } = await runBoth(model, { x: noise('x', inputDims) });
    expect(normalised.opsets.get('')).toBe(TARGET_OPSET);
    expect(difference(before, after)).toBeLessThan(1e-6);
  });

  it('computes the same where nodes have no name, and names of its constants are taken', async () => {
    const nodes = [
      { ...node('ReduceSum', ['x'], ['_axes'], { axes: [1] }), name: '' },
      { ...node('ReduceSum', ['_axes'], ['_axes_'], { axes: [2] }), name: '' },
      { ...node('ReduceSum', ['_axes_'], ['y'], { axes: [3], keepdims: 0 }), name: '' },
    ];
    const { before, after } = await runBoth(graphOf({ nodes, opset: 11, inputs: { x: inputDims } }), {
      x: noise('x', inputDims),
    });
    expect(difference(before, after)).toBeLessThan(1e-6);
  });

  it('computes the same inside the branches of an If', async () => {
    const branch = (op: GraphNode): ReturnType<typeof graphOf>['graph'] =>
      graphOf({ nodes: [op], inputs: {} }).graph;
    const choose: GraphNode = {
      ...node('If', ['condition'], ['y']),
      attributes: {
        then_branch: { kind: 'graph', value: branch(node('Softmax', ['same'], ['yes'], { axis: 1 })) },
        else_branch: { kind: 'graph', value: branch(node('ReduceSum', ['same'], ['no'], { axes: [1] })) },
      },
    };
    for (const value of [0, 1]) {
      const condition: Tensor = { dtype: 'bool', dims: [], data: Uint8Array.of(value) };
      const nodes = [node('Identity', ['x'], ['same']), choose];
      const model = graphOf({ nodes, initializers: { condition }, opset: 11, inputs: { x: inputDims } });
      const { before, after } = await runBoth(model, { x: noise('x', inputDims) });
      expect(difference(before, after)).toBeLessThan(1e-6);
    }
  });

  it.each([
    [
      'BatchNormalization-7 of each pixel',
      one('BatchNormalization', 7, { spatial: 0 }, normalisation),
      /BatchNormalization 'y' normalises each pixel/,
    ],
  ])('that cannot be converted says so: %s', (_, graph, message) => {
    expect(() => normaliseModel(graphOf(graph))).toThrow(message);
  });

  it('leaves newer models and operators of other domains as they are', () => {
    const foreign = node('Softmax', ['x'], ['y'], { axis: 1 }, { domain: 'com.example' });
    const model = graphOf({ nodes: [foreign], opset: 11 });
    expect(
      operatorsOf(normaliseModel({ ...model, opsets: new Map([...model.opsets, ['com.example', 1]]) })),
    ).toEqual(['Softmax']);
    const newer = normaliseModel(graphOf({ nodes: [node('Softmax', ['x'], ['y'])], opset: 21 }));
    expect(newer.opsets.get('')).toBe(21);
  });

  it('does not take the name of a JavaScript property for an operator it knows', () => {
    const model = graphOf({
      nodes: [node('toString', ['x'], ['a']), node('constructor', ['a'], ['y'])],
      opset: 11,
    });
    expect(operatorsOf(normaliseModel(model))).toEqual(['toString', 'constructor']);
  });
});
