import type { Rule } from '../rule.js';
import * as activation from './activation.js';

import { conv } from './convolution/index.js';
import { einsum } from './einsum.js';
import * as elementwise from './elementwise.js';
import { gemm, matMul } from './linear.js';
import { instanceNormalization, layerNormalization } from './normalization.js';
import { averagePool, maxPool } from './pool.js';
import * as reduce from './reduce.js';
import * as shape from './shape.js';

/** The gradient of every operator of the standard domain that Espalier can train through. */
export const rules: Readonly<Record<string, Rule>> = {
  Abs: elementwise.abs,
  Add: elementwise.add,
  AveragePool: averagePool,
  Cast: elementwise.identity,
  Clip: activation.clip,
  Concat: shape.concat,
  Conv: conv,
  Cos: elementwise.cos,
  Div: elementwise.div,
  Einsum: einsum,
  Elu: activation.elu,
  Erf: elementwise.erf,
  Exp: elementwise.exp,
  Expand: shape.expand,
  Flatten: shape.reshape,
  Gather: shape.gather,
  Gemm: gemm,
  GlobalAveragePool: reduce.globalAveragePool,
  GlobalMaxPool: reduce.globalMaxPool,
  HardSigmoid: activation.hardSigmoid,
  HardSwish: activation.hardSwish,
  Identity: elementwise.identity,
  InstanceNormalization: instanceNormalization,
  LayerNormalization: layerNormalization,
  LeakyRelu: activation.leakyRelu,
  Log: elementwise.log,
  LogSoftmax: activation.logSoftmax,
  MatMul: matMul,
  Max: elementwise.extremum,
  MaxPool: maxPool,
  Min: elementwise.extremum,
  Mul: elementwise.mul,
  Neg: elementwise.neg,
  PRelu: activation.prelu,
  Pad: shape.pad,
  Pow: elementwise.pow,
  Reciprocal: elementwise.reciprocal,
  ReduceL2: reduce.reduceL2,
  ReduceMax: reduce.reduceExtremum,
  ReduceMean: reduce.reduceMean,
  ReduceMin: reduce.reduceExtremum,
  ReduceSum: reduce.reduceSum,
  ReduceSumSquare: reduce.reduceSumSquare,
  Relu: activation.relu,
  Reshape: shape.reshape,
  Selu: activation.selu,
  Sigmoid: activation.sigmoid,
  Sin: elementwise.sin,
  Slice: shape.slice,
  Softmax: activation.softmax,
  Softplus: activation.softplus,
  Softsign: activation.softsign,
  Split: shape.split,
  Sqrt: elementwise.sqrt,
  Squeeze: shape.reshape,
  Sub: elementwise.sub,
  Sum: elementwise.add,
  Tanh: activation.tanh,
  Transpose: shape.transpose,
  Unsqueeze: shape.reshape,
  Where: elementwise.where,
};
