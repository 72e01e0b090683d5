import { ruleCases } from '@espalier/autodiff/testing';
import { at, float32, int64, node, numbersOf, type GraphNode, type Model, type Tensor } from '@espalier/onnx';
import { expect, it } from 'vitest';
import type { Engine } from '../../engine.js';
import { createOnnxEngine } from '../../onnx/engine.js';
import { noise } from '../../testing/fixtures.js';
import { createTfjsEngine } from '../engine.js';
import { operators } from './index.js';

type Attributes = Parameters<typeof node>[3];
type Case = readonly [string, readonly (Tensor | null)[], Attributes?, Tensor['dtype']?];

const bools = (...values: number[]): Tensor => ({
  dtype: 'bool',
  dims: [values.length],
  data: Uint8Array.from(values),
});
const x = noise('x', [3, 4]);
const y = noise('y', [4]);
const image = noise('image', [1, 2, 5, 6]);
const special = float32([5], [1, -Infinity, NaN, Infinity, 0]);
const whole = int64([7, -7, 5, -5]);
const ties = float32([2, 4], [1, 3, 3, 2, 0, 0, -1, -1]);

/** Operators without a gradient, and forms of others that no case of a gradient has. */
const cases: readonly Case[] = [
  ['And', [bools(1, 1, 0, 0), bools(1, 0, 1, 0)], {}, 'bool'],
  ['Or', [bools(1, 1, 0, 0), bools(1, 0, 1, 0)], {}, 'bool'],
  ['Xor', [bools(1, 1, 0, 0), bools(1, 0, 1, 0)], {}, 'bool'],
  ['Not', [bools(1, 0)], {}, 'bool'],
  ['Equal', [ties, float32([4], [1, 0, 3, -1])], {}, 'bool'],
  ['Greater', [x, y], {}, 'bool'],
  ['GreaterOrEqual', [ties, float32([], [0])], {}, 'bool'],
  ['Less', [x, y], {}, 'bool'],
  ['LessOrEqual', [ties, float32([], [0])], {}, 'bool'],
  ['IsNaN', [special], {}, 'bool'],
  ['IsInf', [special], {}, 'bool'],
  ['IsInf', [special], { detect_negative: 0 }, 'bool'],
  ['IsInf', [special], { detect_positive: 0 }, 'bool'],
  ['ArgMax', [ties], { axis: 1 }, 'int64'],
  ['ArgMax', [ties], { axis: -1, keepdims: 0, select_last_index: 1 }, 'int64'],
  ['ArgMin', [ties], { axis: 0, keepdims: 0 }, 'int64'],
  ['Sign', [x]],
  ['Floor', [x]],
  ['Ceil', [x]],
  ['Round', [float32([6], [0.5, 1.5, -0.5, -1.5, 2.4, -2.6])]],
  ['Div', [whole, int64([2])], {}, 'int64'],
  ['Mod', [whole, int64([3, 3, -3, -3])], {}, 'int64'],
  ['Mod', [whole, int64([3, 3, -3, -3])], { fmod: 1 }, 'int64'],
  ['Mean', [x, y, noise('z', [3, 1])]],
  ['Cast', [float32([4], [1.7, -1.7, 0, 3])], { to: 7 }, 'int64'],
  ['Cast', [float32([3], [1.7, 0, -2])], { to: 9 }, 'bool'],
  ['Shape', [image], { start: 1 }, 'int64'],
  ['Size', [image], {}, 'int64'],
  ['ConstantOfShape', [int64([2, 3])], { value: int64([7]) }, 'int64'],
  ['ConstantOfShape', [int64([2])]],
  ['Range', [int64([2], []), int64([9], []), int64([3], [])], {}, 'int64'],
  ['EyeLike', [x], { k: 1 }],
  ['NonZero', [float32([2, 3], [1, 0, 2, 0, 3, 0])], {}, 'int64'],
  ['OneHot', [int64([0, 2, -1]), int64([4], []), float32([2], [-1, 5])], { axis: 0 }],
  ['OneHot', [int64([0, 2, -1]), int64([4], []), float32([2], [0, 1])]],
  ['ReduceL1', [x, int64([1])], { keepdims: 0 }],
  ['ReduceMax', [x, null], { noop_with_empty_axes: 1 }],
  ['ScatterElements', [x, int64([1, 0, 2, 1], [1, 4]), noise('put', [1, 4])], { axis: 0 }],
  ['ScatterElements', [x, int64([1, 1, 0], [3, 1]), noise('put', [3, 1])], { axis: 1, reduction: 'add' }],
  ['ScatterND', [x, int64([1, 1, -1], [3, 1]), noise('rows', [3, 4])], { reduction: 'add' }],
  ['Pad', [x, int64([1, 2, 0, 1])], { mode: 'edge' }],
  ['Pad', [x, int64([2, 3, 1, 2])], { mode: 'reflect' }],
  ['Pad', [x, int64([-1, 0, 2, 1])], { mode: 'constant' }],
  ['AveragePool', [image], { kernel_shape: [3, 3], strides: [2, 2], pads: [1, 1, 1, 1], ceil_mode: 1 }],
  [
    'AveragePool',
    [image],
    { kernel_shape: [3, 3], strides: [2, 2], pads: [1, 1, 0, 0], count_include_pad: 1, ceil_mode: 1 },
  ],
  ['AveragePool', [noise('sequence', [2, 3, 9])], { kernel_shape: [4], strides: [3], pads: [1, 2] }],
  ['MaxPool', [noise('sequence', [2, 3, 9])], { kernel_shape: [3], strides: [2], auto_pad: 'SAME_LOWER' }],
  ['Conv', [noise('channels', [2, 4, 7, 7]), noise('each', [8, 1, 3, 3])], { group: 4, strides: [1, 2] }],
  ['Conv', [noise('line', [2, 4, 11]), noise('taps', [4, 1, 3])], { group: 4, strides: [2], dilations: [2] }],
  ['Reshape', [x, int64([0, -1, 2])]],
  ['Squeeze', [noise('thin', [1, 3, 1])]],
  ['Split', [noise('uneven', [5, 2])], { num_outputs: 1 }],
  ['BatchNormalization', [image, ...[1, 2, 3].map((i) => noise(`bn ${i}`, [2])), float32([2], [0.5, 2])]],
];

const modelOf = (
  made: GraphNode,
  inputs: Readonly<Record<string, Tensor>>,
  dtype: Tensor['dtype'],
): Model => ({
  irVersion: 8,
  opsets: new Map([['', 20]]),
  graph: {
    name: 'one',
    nodes: [made],
    inputs: Object.entries(inputs).map(([name, tensor]) => ({
      name,
      dtype: tensor.dtype,
      shape: tensor.dims,
    })),
    outputs: [{ name: 'result', dtype, shape: null }],
    initializers: new Map(),
  },
  metadata: {},
});

async function run(engine: Engine, [opType, given, attributes, dtype = 'float32']: Case): Promise<Tensor> {
  const names = given.map((tensor, i) => (tensor === null ? '' : `i${i}`));
  const inputs = Object.fromEntries(
    given.flatMap((tensor, i) => (tensor === null ? [] : [[`i${i}`, tensor]])),
  );
  const forward = await engine.compileForward(
    modelOf(node(opType, names, ['result'], attributes), inputs, dtype),
  );
  const { result } = await forward.run(inputs);
  await forward.dispose();
  return result as Tensor;
}

it.each(cases)('%s %# gives what ONNX Runtime gives', async (...given) => {
  const theCase = given as unknown as Case;
  const expected = await run(createOnnxEngine({ threads: 1 }), theCase);
  const found = await run(await createTfjsEngine(), theCase);
  expect({ dtype: found.dtype, dims: found.dims }).toEqual({ dtype: expected.dtype, dims: expected.dims });
  const wanted = numbersOf(expected);
  numbersOf(found).forEach((value, i) => expect(value).toBeCloseTo(at(wanted, i), 4));
});

it('there is a test of every operator', () => {
  const tested = new Set([...Object.keys(ruleCases), ...cases.map(([opType]) => opType)]);
  expect(Object.keys(operators).filter((opType) => !tested.has(opType))).toEqual([]);
});
