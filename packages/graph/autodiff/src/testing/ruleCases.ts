import { at, float32, node, scalar } from '@espalier/onnx';
import { ints, positive, single } from './cases.js';
import { indexingCases } from './indexingCases.js';
import { spreadValues, type NumericCase } from './numeric.js';

const conv = (
  x: readonly number[],
  w: readonly number[],
  attributes: Parameters<typeof node>[3] = {},
  bias = false,
): NumericCase => single('Conv', bias ? [x, w, [at(w, 0)]] : [x, w], { attributes });

const transposed = (
  x: readonly number[],
  w: readonly number[],
  attributes: Parameters<typeof node>[3] = {},
  bias = false,
): NumericCase => {
  const channels = at(w, 1) * (typeof attributes['group'] === 'number' ? attributes['group'] : 1);
  return single('ConvTranspose', bias ? [x, w, [channels]] : [x, w], { attributes });
};

const resized = (
  x: readonly number[],
  to: { readonly scales?: readonly number[]; readonly sizes?: readonly number[] },
  attributes: Parameters<typeof node>[3],
): NumericCase =>
  single('Resize', [x], {
    constants: [
      null,
      to.scales === undefined ? null : float32([to.scales.length], [...to.scales]),
      ...(to.sizes === undefined ? [] : [ints(...to.sizes)]),
    ],
    attributes,
  });

/** Every mode with every way to place pixels that ONNX Runtime computes, up and down. */
const resizeCases: readonly NumericCase[] = [
  ...['half_pixel', 'asymmetric', 'align_corners', 'pytorch_half_pixel'].flatMap((placing) =>
    ['nearest', 'linear', 'cubic'].flatMap((mode) => {
      const attributes = { mode, coordinate_transformation_mode: placing };
      return [
        resized([1, 2, 4, 3], { sizes: [1, 2, 7, 5] }, attributes),
        resized([1, 2, 7, 6], { sizes: [1, 2, 3, 4] }, attributes),
        resized([2, 1, 4, 3], { scales: [1, 1, 2, 3] }, attributes),
      ];
    }),
  ),
  ...['floor', 'ceil', 'round_prefer_ceil'].map((nearest_mode) =>
    resized(
      [1, 2, 4, 3],
      { sizes: [1, 2, 7, 5] },
      { nearest_mode, coordinate_transformation_mode: 'asymmetric' },
    ),
  ),
  ...['linear', 'cubic'].map((mode) =>
    resized([1, 2, 7, 9], { sizes: [1, 2, 3, 4] }, { mode, antialias: 1 }),
  ),
  resized([1, 2, 7, 9], { sizes: [1, 2, 10, 4] }, { mode: 'cubic', exclude_outside: 1, cubic_coeff_a: -0.5 }),
  resized([1, 2, 5], { scales: [1, 1, 2.5] }, { mode: 'linear' }),
  { ...resized([1, 2, 7, 6], { sizes: [1, 2, 3, 4] }, { mode: 'cubic' }), lower: true },
];

/** Small graphs of one node, by its operator; there are some for every gradient rule. */
export const ruleCases: Readonly<Record<string, readonly NumericCase[]>> = {
  ...indexingCases,
  Acos: [
    single(
      'Acos',
      [[3, 4]].map((dims) => spreadValues('acos', dims, -0.8, 0.8)),
    ),
  ],
  Acosh: [single('Acosh', [spreadValues('acosh', [3, 4], 1.4, 3)])],
  Asin: [single('Asin', [spreadValues('asin', [3, 4], -0.8, 0.8)])],
  Asinh: [single('Asinh', [[3, 4]])],
  Atan: [single('Atan', [[3, 4]])],
  Atanh: [single('Atanh', [spreadValues('atanh', [3, 4], -0.8, 0.8)])],
  Cosh: [single('Cosh', [[3, 4]])],
  Sinh: [single('Sinh', [[3, 4]])],
  Tan: [single('Tan', [[3, 4]])],
  Mean: [single('Mean', [[2, 3, 4], [3, 1], [4]])],
  ConvTranspose: [
    transposed([2, 3, 4, 5], [3, 4, 3, 3], {}, true),
    transposed([2, 3, 4, 5], [3, 4, 3, 3], { strides: [2, 2], pads: [1, 1, 1, 1], output_padding: [1, 1] }),
    transposed([2, 4, 4, 4], [4, 2, 2, 2], { strides: [2, 2], group: 2 }, false),
    transposed([2, 3, 5, 5], [3, 2, 3, 3], { strides: [2, 3], dilations: [2, 1], pads: [0, 1, 2, 0] }),
    transposed([2, 6, 7], [6, 1, 4], { strides: [2], group: 6, pads: [1, 1] }),
    transposed([1, 8, 3, 3], [8, 5, 1, 1], {}),
  ],
  DepthToSpace: [
    single('DepthToSpace', [[2, 8, 2, 3]], { attributes: { blocksize: 2 } }),
    single('DepthToSpace', [[2, 8, 2, 3]], { attributes: { blocksize: 2, mode: 'CRD' } }),
  ],
  SpaceToDepth: [single('SpaceToDepth', [[2, 2, 4, 6]], { attributes: { blocksize: 2 } })],
  ReduceL1: [single('ReduceL1', [[2, 3, 4]], { constants: [ints(2)], attributes: { keepdims: 0 } })],
  ReduceLogSum: [single('ReduceLogSum', [positive([3, 4])], { constants: [ints(1)] })],
  ReduceLogSumExp: [
    single('ReduceLogSumExp', [[3, 4]], { constants: [ints(1)], attributes: { keepdims: 0 } }),
    single('ReduceLogSumExp', [[3, 4]]),
  ],
  ScatterElements: [
    single(
      'ScatterElements',
      [[3, 4]].map((dims) => spreadValues('scattered', dims)),
      {
        constants: [{ ...ints(1, 3, 0, 2, 2, 0), dims: [3, 2] }, spreadValues('written', [3, 2])],
        attributes: { axis: 1 },
      },
    ),
    {
      nodes: [node('ScatterElements', ['x0', 'c0', 'x1'], ['y0'], { axis: 0 })],
      inputs: { x0: spreadValues('scattered 0', [4, 2]), x1: spreadValues('scattered 1', [1, 2]) },
      constants: { c0: { ...ints(2, 3), dims: [1, 2] } },
    },
  ],
  Resize: resizeCases,
  Abs: [single('Abs', [[3, 5]])],
  Add: [
    single('Add', [
      [2, 3, 4],
      [3, 1],
    ]),
    single('Add', [[4], [2, 1, 4]]),
    single('Add', [[2, 3], []]),
  ],
  AveragePool: [
    single('AveragePool', [[2, 2, 5, 6]], { attributes: { kernel_shape: [2, 3], strides: [2, 1] } }),
    single('AveragePool', [[1, 2, 5, 5]], {
      attributes: { kernel_shape: [3, 3], pads: [1, 1, 1, 1], strides: [2, 2] },
    }),
    single('AveragePool', [[1, 2, 5, 5]], {
      attributes: { kernel_shape: [3, 3], pads: [1, 0, 1, 2], count_include_pad: 1 },
    }),
    single('AveragePool', [[1, 2, 6, 6]], {
      attributes: { kernel_shape: [3, 3], strides: [2, 2], ceil_mode: 1 },
    }),
    single('AveragePool', [[1, 1, 5, 5]], {
      attributes: { kernel_shape: [3, 3], auto_pad: 'SAME_UPPER', strides: [2, 2] },
    }),
  ],
  Cast: [single('Cast', [[2, 3]], { attributes: { to: 1 } })],
  CastLike: [single('CastLike', [[2, 3]], { constants: [scalar(0)] })],
  Clip: [
    single('Clip', [[4, 6]], { constants: [scalar(-0.52), scalar(0.48)] }),
    single('Clip', [[4, 6]], { constants: [null, scalar(0.25)] }),
    single('Clip', [[4, 6]], { constants: [scalar(-3.4028234663852886e38), scalar(0.25)] }),
  ],
  Concat: [
    single(
      'Concat',
      [
        [2, 2, 3],
        [2, 1, 3],
        [2, 3, 3],
      ],
      { attributes: { axis: 1 } },
    ),
    single(
      'Concat',
      [
        [2, 2],
        [2, 3],
      ],
      { attributes: { axis: -1 } },
    ),
  ],
  Conv: [
    conv([2, 3, 6, 5], [4, 3, 3, 3], {}, true),
    conv([2, 3, 6, 5], [4, 3, 3, 3], { pads: [1, 1, 1, 1] }, true),
    conv([2, 3, 7, 7], [4, 3, 3, 3], { pads: [1, 0, 1, 2], strides: [2, 2] }),
    conv([1, 2, 8, 8], [3, 2, 3, 3], { strides: [3, 2], pads: [0, 1, 2, 1] }),
    conv([1, 2, 9, 8], [3, 2, 3, 3], { dilations: [2, 2], pads: [2, 2, 2, 2] }),
    conv([1, 2, 9, 9], [3, 2, 3, 2], { dilations: [2, 3], strides: [2, 2] }),
    conv([2, 4, 5, 5], [4, 1, 3, 3], { group: 4, pads: [1, 1, 1, 1] }, true),
    conv([2, 4, 7, 7], [8, 1, 3, 3], { group: 4, strides: [2, 2], pads: [1, 1, 1, 1] }),
    conv([1, 4, 5, 5], [6, 2, 3, 3], { group: 2, pads: [1, 1, 1, 1] }, true),
    conv([2, 3, 5, 5], [4, 3, 1, 1], {}, true),
    conv([2, 3, 5, 5], [4, 3, 1, 1], { strides: [2, 2] }),
    conv([1, 3, 7, 6], [2, 3, 1, 7], { pads: [0, 3, 0, 3] }),
    conv([1, 3, 8, 8], [2, 3, 3, 3], { auto_pad: 'SAME_UPPER', strides: [2, 2] }),
    conv([1, 3, 7, 7], [2, 3, 4, 4], { auto_pad: 'SAME_LOWER', strides: [2, 2] }),
    conv([1, 3, 7, 7], [2, 3, 3, 3], { auto_pad: 'VALID' }),
    conv([2, 3, 9], [4, 3, 3], { strides: [2], pads: [1, 1] }, true),
  ],
  Cos: [single('Cos', [[3, 5]])],
  Div: [single('Div', [[2, 3], positive([2, 3])]), single('Div', [[2, 3], positive([3])])],
  Einsum: [
    single(
      'Einsum',
      [
        [2, 3, 4],
        [4, 5, 2],
      ],
      { attributes: { equation: 'ibh,hnd->ibnd' } },
    ),
    single(
      'Einsum',
      [
        [3, 2, 2, 4],
        [5, 2, 2, 4],
      ],
      { attributes: { equation: 'ibnd,jbnd->bnij' } },
    ),
    single(
      'Einsum',
      [
        [2, 3],
        [2, 4],
      ],
      { attributes: { equation: 'ij,ik->k' } },
    ),
  ],
  Elu: [single('Elu', [[4, 5]], { attributes: { alpha: 0.7 } })],
  Erf: [single('Erf', [[3, 4]])],
  Exp: [single('Exp', [[3, 4]])],
  Expand: [single('Expand', [[3, 1]], { constants: [ints(2, 3, 4)] })],
  Flatten: [single('Flatten', [[2, 3, 2]], { attributes: { axis: 1 } })],
  Gemm: [
    single('Gemm', [[3, 4], [4, 5], [5]]),
    single(
      'Gemm',
      [
        [3, 4],
        [5, 4],
        [3, 1],
      ],
      { attributes: { transB: 1, alpha: 0.5, beta: 2 } },
    ),
    single(
      'Gemm',
      [
        [4, 3],
        [4, 5],
      ],
      { attributes: { transA: 1 } },
    ),
    single('Gemm', [[4, 3], [5, 4], [5]], { attributes: { transA: 1, transB: 1 } }),
  ],
  GlobalAveragePool: [single('GlobalAveragePool', [[2, 3, 4, 2]])],
  GlobalMaxPool: [single('GlobalMaxPool', [[2, 3, 3, 2]])],
  HardSigmoid: [single('HardSigmoid', [[4, 6]], { attributes: { alpha: 0.9, beta: 0.4 } })],
  HardSwish: [single('HardSwish', [spreadValues('swish', [5, 6], -4.2, 4.3)])],
  Identity: [single('Identity', [[2, 3]])],
  InstanceNormalization: [
    single('InstanceNormalization', [[2, 3, 7], [3], [3]], { attributes: { epsilon: 1e-5 } }),
    single('InstanceNormalization', [[2, 2, 3, 4], [2], [2]], { attributes: { epsilon: 1e-3 } }),
  ],
  LayerNormalization: [
    single('LayerNormalization', [[3, 4, 6], [6], [6]], { attributes: { axis: -1, epsilon: 1e-5 } }),
    single(
      'LayerNormalization',
      [
        [2, 3, 4],
        [3, 4],
      ],
      { attributes: { axis: 1, epsilon: 1e-3 } },
    ),
    single('LayerNormalization', [[5, 7], [7], [7]]),
  ],
  LeakyRelu: [single('LeakyRelu', [[4, 5]], { attributes: { alpha: 0.2 } })],
  Log: [single('Log', [positive([3, 4])])],
  LogSoftmax: [
    single('LogSoftmax', [[3, 4]]),
    single('LogSoftmax', [[2, 3, 4]], { attributes: { axis: 1 } }),
  ],
  MatMul: [
    single('MatMul', [
      [3, 4],
      [4, 5],
    ]),
    single('MatMul', [
      [2, 3, 4],
      [4, 5],
    ]),
    single('MatMul', [
      [2, 3, 4],
      [2, 4, 2],
    ]),
    single('MatMul', [
      [3, 4],
      [2, 4, 2],
    ]),
    single('MatMul', [
      [2, 1, 3, 4],
      [3, 4, 2],
    ]),
    single('MatMul', [[4], [4, 3]]),
    single('MatMul', [[3, 4], [4]]),
  ],
  Max: [single('Max', [[3, 4], spreadValues('b', [3, 4], -0.93, 1.1), spreadValues('c', [4], -0.8, 0.95)])],
  MaxPool: [
    single('MaxPool', [[2, 2, 6, 6]], { attributes: { kernel_shape: [2, 2], strides: [2, 2] } }),
    single('MaxPool', [[1, 2, 7, 7]], {
      attributes: { kernel_shape: [3, 3], strides: [2, 2], pads: [1, 1, 1, 1] },
    }),
    single('MaxPool', [[1, 2, 5, 5]], { attributes: { kernel_shape: [3, 3] } }),
    single('MaxPool', [[1, 1, 6, 6]], {
      attributes: { kernel_shape: [3, 3], strides: [2, 2], ceil_mode: 1 },
    }),
  ],
  Min: [
    single('Min', [
      [3, 4],
      [3, 1],
    ]),
  ],
  Mul: [
    single('Mul', [
      [2, 3, 2, 2],
      [2, 3, 1, 1],
    ]),
    single('Mul', [[3], [2, 3]]),
  ],
  Neg: [single('Neg', [[2, 3]])],
  PRelu: [
    single('PRelu', [
      [2, 3, 2, 2],
      [3, 1, 1],
    ]),
    single('PRelu', [[3, 4], [1]]),
  ],
  Pad: [
    single('Pad', [[2, 3]], { constants: [ints(1, 0, 2, 1)] }),
    single('Pad', [[2, 5]], { constants: [ints(0, -1, 1, -2)] }),
    single('Pad', [[2, 3, 3]], { constants: [ints(1, 1, 0, 2), scalar(0.5), ints(2, 1)] }),
    single('Pad', [[2, 4, 3]], { constants: [ints(0, 3, 1, 0, 2, 2)], attributes: { mode: 'reflect' } }),
    single('Pad', [[2, 4]], { constants: [ints(1, 2, 0, 3)], attributes: { mode: 'edge' } }),
    single('Pad', [[3, 4]], { constants: [ints(0, 2, 0, 1)], attributes: { mode: 'wrap' } }),
    single('Pad', [[2, 5]], { constants: [ints(0, -1, 0, 2)], attributes: { mode: 'edge' } }),
  ],
  Pow: [single('Pow', [positive([2, 3]), [3]]), single('Pow', [[2, 3]], { constants: [scalar(2)] })],
  Reciprocal: [single('Reciprocal', [positive([3, 4])])],
  ReduceL2: [
    single('ReduceL2', [[2, 3, 4]], { constants: [ints(2)], attributes: { keepdims: 1 } }),
    single('ReduceL2', [[3, 4]], { constants: [ints(0, 1)], attributes: { keepdims: 0 } }),
  ],
  ReduceMax: [
    single('ReduceMax', [[3, 4]], { constants: [ints(1)], attributes: { keepdims: 0 } }),
    single('ReduceMax', [[3, 4]]),
  ],
  ReduceMean: [
    single('ReduceMean', [[2, 3, 4]], { constants: [ints(-1)], attributes: { keepdims: 1 } }),
    single('ReduceMean', [[2, 3, 4]], { constants: [ints(0, 2)], attributes: { keepdims: 0 } }),
    single('ReduceMean', [[2, 3]]),
  ],
  ReduceMin: [single('ReduceMin', [[3, 4]], { constants: [ints(0)] })],
  ReduceSum: [
    single('ReduceSum', [[2, 3, 4]], { constants: [ints(1)], attributes: { keepdims: 0 } }),
    single('ReduceSum', [[2, 3]], { attributes: { noop_with_empty_axes: 1 } }),
  ],
  ReduceSumSquare: [
    single('ReduceSumSquare', [[2, 3, 4]], { constants: [ints(1)], attributes: { keepdims: 0 } }),
  ],
  Relu: [single('Relu', [[4, 5]])],
  Reshape: [single('Reshape', [[2, 6]], { constants: [ints(3, -1)] })],
  Selu: [single('Selu', [[4, 5]])],
  Sigmoid: [single('Sigmoid', [[3, 4]])],
  Sin: [single('Sin', [[3, 5]])],
  Slice: [
    single('Slice', [[4, 5]], { constants: [ints(1, 0), ints(3, 5)] }),
    single('Slice', [[4, 7]], { constants: [ints(1), ints(7), ints(1), ints(2)] }),
    single('Slice', [[4, 5]], { constants: [ints(-1), ints(-6), ints(1), ints(-2)] }),
    single('Slice', [[3, 5]], { constants: [ints(-3), ints(9223372036854775807), ints(-1)] }),
  ],
  Softmax: [single('Softmax', [[3, 4]]), single('Softmax', [[2, 3, 4]], { attributes: { axis: 1 } })],
  Softplus: [single('Softplus', [[3, 4]])],
  Softsign: [single('Softsign', [[3, 4]])],
  Split: [
    single('Split', [[2, 6]], { constants: [ints(1, 2, 3)], attributes: { axis: 1 }, outputs: 3 }),
    single('Split', [[4, 2]], { attributes: { axis: 0, num_outputs: 2 }, outputs: 2 }),
  ],
  Sqrt: [single('Sqrt', [positive([3, 4])])],
  Squeeze: [single('Squeeze', [[2, 1, 3]], { constants: [ints(1)] })],
  Sub: [
    single('Sub', [
      [2, 3, 4],
      [3, 1],
    ]),
  ],
  Sum: [single('Sum', [[2, 3], [3], [2, 1]])],
  Tanh: [single('Tanh', [[3, 4]])],
  Transpose: [
    single('Transpose', [[2, 3, 4]], { attributes: { perm: [2, 0, 1] } }),
    single('Transpose', [[2, 3]]),
  ],
  Unsqueeze: [single('Unsqueeze', [[2, 3]], { constants: [ints(0, 2)] })],
  Where: [
    {
      nodes: [node('Where', ['mask', 'x0', 'x1'], ['y'])],
      inputs: { x0: spreadValues('where a', [2, 3]), x1: spreadValues('where b', [3]) },
      constants: { mask: { dtype: 'bool', dims: [2, 3], data: Uint8Array.of(1, 0, 0, 1, 1, 0) } },
    },
  ],
};
