import type { GraphNode } from '@espalier/onnx';
import { AutodiffError } from '../errors.js';
import * as rectifiers from './activations/rectifiers.js';
import { sigmoid, softplus, softsign, tanh } from './activations/sigmoids.js';
import { logSoftmax, softmax } from './activations/softmax.js';
import * as arithmetic from './elementwise/arithmetic.js';
import { extremum, where } from './elementwise/choice.js';
import * as powers from './elementwise/powers.js';
import * as trigonometry from './elementwise/trigonometry.js';
import { gather, gatherElements, gatherND } from './indexing/gather.js';
import { scatterElements, scatterND } from './indexing/scatter.js';
import { conv } from './products/convolution/index.js';
import { convTranspose } from './products/convolution/transposed.js';
import { einsum } from './products/einsum.js';
import { gemm, matMul } from './products/linear.js';
import { cumSum } from './reductions/cumSum.js';
import { instanceNormalization, layerNormalization } from './reductions/normalization.js';
import { averagePool, maxPool } from './reductions/pool.js';
import * as reduce from './reductions/reduce.js';
import type { Rule } from './rule.js';
import { depthToSpace, spaceToDepth } from './shapes/blocks.js';
import { pad } from './shapes/pad.js';
import { concat, slice, split } from './shapes/parts.js';
import { expand, reshape, tile, transpose } from './shapes/reshape.js';
import { resize } from './shapes/resize.js';
import { trilu } from './shapes/trilu.js';

/** The gradient of every operator of the standard domain that Espalier can train through. */
const rules = new Map<string, Rule>(
  Object.entries({
    Abs: arithmetic.abs,
    Acos: trigonometry.acos,
    Acosh: trigonometry.acosh,
    Add: arithmetic.add,
    Asin: trigonometry.asin,
    Asinh: trigonometry.asinh,
    Atan: trigonometry.atan,
    Atanh: trigonometry.atanh,
    AveragePool: averagePool,
    Cast: arithmetic.identity,
    CastLike: arithmetic.identity,
    Clip: rectifiers.clip,
    Concat: concat,
    Conv: conv,
    ConvTranspose: convTranspose,
    Cos: trigonometry.cos,
    Cosh: trigonometry.cosh,
    CumSum: cumSum,
    DepthToSpace: depthToSpace,
    Div: arithmetic.div,
    Einsum: einsum,
    Elu: rectifiers.elu,
    Erf: powers.erf,
    Exp: powers.exp,
    Expand: expand,
    Flatten: reshape,
    Gather: gather,
    GatherElements: gatherElements,
    GatherND: gatherND,
    Gemm: gemm,
    GlobalAveragePool: reduce.globalAveragePool,
    GlobalMaxPool: reduce.globalMaxPool,
    HardSigmoid: rectifiers.hardSigmoid,
    HardSwish: rectifiers.hardSwish,
    Identity: arithmetic.identity,
    InstanceNormalization: instanceNormalization,
    LayerNormalization: layerNormalization,
    LeakyRelu: rectifiers.leakyRelu,
    Log: powers.log,
    LogSoftmax: logSoftmax,
    MatMul: matMul,
    Max: extremum,
    MaxPool: maxPool,
    Mean: arithmetic.mean,
    Min: extremum,
    Mul: arithmetic.mul,
    Neg: arithmetic.neg,
    PRelu: rectifiers.prelu,
    Pad: pad,
    Pow: powers.pow,
    Reciprocal: arithmetic.reciprocal,
    ReduceL1: reduce.reduceL1,
    ReduceL2: reduce.reduceL2,
    ReduceLogSum: reduce.reduceLogSum,
    ReduceLogSumExp: reduce.reduceLogSumExp,
    ReduceMax: reduce.reduceExtremum,
    ReduceMean: reduce.reduceMean,
    ReduceMin: reduce.reduceExtremum,
    ReduceSum: reduce.reduceSum,
    ReduceSumSquare: reduce.reduceSumSquare,
    Relu: rectifiers.relu,
    Reshape: reshape,
    Resize: resize,
    ScatterElements: scatterElements,
    ScatterND: scatterND,
    Selu: rectifiers.selu,
    Sigmoid: sigmoid,
    Sin: trigonometry.sin,
    Sinh: trigonometry.sinh,
    Slice: slice,
    Softmax: softmax,
    Softplus: softplus,
    Softsign: softsign,
    SpaceToDepth: spaceToDepth,
    Split: split,
    Sqrt: powers.sqrt,
    Squeeze: reshape,
    Sub: arithmetic.sub,
    Sum: arithmetic.add,
    Tan: trigonometry.tan,
    Tanh: tanh,
    Tile: tile,
    Transpose: transpose,
    Trilu: trilu,
    Unsqueeze: reshape,
    Where: where,
  }),
);

/** The rule of a node's operator; null where it has none. */
export const ruleOf = ({ domain, opType }: GraphNode): Rule | null =>
  domain === '' ? (rules.get(opType) ?? null) : null;

export const hasRule = (node: GraphNode): boolean => ruleOf(node) !== null;

/** Names of the operators that have a rule. */
export const operatorsWithRule = (): string[] => [...rules.keys()];

/**
 * Adds the rule of an operator of the standard domain.
 *
 * @returns a function that takes it away again
 * @throws AutodiffError where the operator has a rule
 */
export function registerRule(opType: string, rule: Rule): () => void {
  if (rules.has(opType)) throw new AutodiffError(`${opType} already has a gradient rule`);
  rules.set(opType, rule);
  return () => void rules.delete(opType);
}
