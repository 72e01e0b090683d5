import { at, intAttribute } from '@espalier/onnx';
import * as tf from '@tensorflow/tfjs-core';
import { isFloat } from '../../tensors.js';
import { refuse, type Operator, type OperatorContext } from '../operator.js';
import { broadcast, expand } from './broadcast.js';

type Unary = (x: tf.Tensor) => tf.Tensor;
type Binary = (a: tf.Tensor, b: tf.Tensor) => tf.Tensor;

export const unary =
  (apply: Unary): Operator =>
  (c) =>
    apply(c.input(0));

export const binary =
  (apply: Binary): Operator =>
  (c) =>
    apply(c.input(0), c.input(1));

/** Any number of inputs. */
const fold =
  (apply: Binary): Operator =>
  (c) =>
    c.inputs.length === 1 ? tf.clone(c.input(0)) : c.inputs.reduce(apply);

export const add = binary(tf.add);
export const sub = binary(tf.sub);
export const mul = binary(tf.mul);
export const sum = fold(tf.add);

/** Of one shape first: the gradients of TensorFlow.js's extremes do not undo a broadcast. */
const extreme =
  (apply: Binary): Binary =>
  (a, b) => {
    const shape = broadcast(a.shape, b.shape);
    return apply(expand(a, shape), expand(b, shape));
  };

export const max = fold(extreme(tf.maximum));
export const min = fold(extreme(tf.minimum));

export const mean: Operator = (c) =>
  tf.div(
    c.inputs.reduce((a, b) => tf.add(a, b)),
    c.inputs.length,
  );

/** Whole numbers are divided towards zero. */
export const div: Operator = (c) => {
  const [a, b] = [c.input(0), c.input(1)];
  if (isFloat(a)) return tf.div(a, b);
  const size = tf.floorDiv(tf.abs(a), tf.abs(b));
  return tf.mul(size, tf.mul(signOf(a), signOf(b)));
};

const signOf = (x: tf.Tensor): tf.Tensor =>
  tf.sub(tf.cast(tf.greater(x, 0), 'int32'), tf.cast(tf.less(x, 0), 'int32'));

/** With the sign of the divisor, or as C's `fmod` with that of the dividend. */
export const mod: Operator = (c) => {
  const [a, b] = [c.input(0), c.input(1)];
  if (intAttribute(c.node, 'fmod', 0) === 0) return tf.mod(a, b);
  const rest = tf.mod(tf.abs(a), tf.abs(b));
  return tf.where(tf.less(a, 0), tf.neg(rest), rest);
};

/** The exponent may be of another type than the base, which decides the result's. */
export const pow: Operator = (c) => {
  const [base, exponent] = [c.input(0), c.input(1)];
  return tf.pow(base, tf.cast(exponent, base.dtype));
};

export const neg = unary(tf.neg);
export const abs = unary(tf.abs);
export const exp = unary(tf.exp);
export const log = unary(tf.log);

/** A square root whose gradient at 0 is 0, as that of the rules. */
export const rootOf: Unary = (x) =>
  tf.customGrad((...given: (tf.Tensor | tf.GradSaveFunc)[]) => {
    const value = tf.sqrt(x);
    for (const save of given) if (typeof save === 'function') save([value]);
    const gradFunc = (dy: tf.Tensor, saved: tf.Tensor[]): tf.Tensor =>
      tf.divNoNan(tf.mul(dy, 0.5), at(saved, 0));
    return { value, gradFunc };
  })(x);

export const sqrt = unary(rootOf);
export const acos = unary(tf.acos);
export const acosh = unary(tf.acosh);
export const asin = unary(tf.asin);
export const asinh = unary(tf.asinh);
export const atan = unary(tf.atan);
export const atanh = unary(tf.atanh);
export const cosh = unary(tf.cosh);
export const sinh = unary(tf.sinh);
export const tan = unary(tf.tan);
export const reciprocal = unary(tf.reciprocal);
export const sin = unary(tf.sin);
export const cos = unary(tf.cos);
export const erf = unary(tf.erf);
export const sign = unary(tf.sign);
export const floor = unary(tf.floor);
export const ceil = unary(tf.ceil);
export const round = unary(tf.round);
export const identity: Operator = (c) => tf.clone(c.input(0));

/** Element types by their codes in the ONNX specification. */
const castTypes: Readonly<Record<number, 'float32' | 'int32' | 'bool'>> = {
  1: 'float32',
  11: 'float32',
  9: 'bool',
  ...Object.fromEntries([2, 3, 4, 5, 6, 7, 12, 13].map((code) => [code, 'int32' as const])),
};

export const cast: Operator = (c) => {
  const code = intAttribute(c.node, 'to', 0);
  const type = castTypes[code];
  if (type === undefined) throw refuse(c.node, `it converts to element type ${code}`);
  return tf.cast(c.input(0), type);
};

export const castLike: Operator = (c) => tf.cast(c.input(0), c.input(1).dtype);

export const where: Operator = (c) => {
  const [condition, a, b] = [c.input(0), c.input(1), c.input(2)];
  const shape = [condition, a, b].map((x) => x.shape).reduce(broadcast);
  return tf.where(expand(condition, shape), expand(a, shape), expand(b, shape));
};

/** A comparison or a logical operator, which gives a mask. */
const compared = (apply: Binary): Operator => binary(apply);
export const equal = compared(tf.equal);
export const greater = compared(tf.greater);
export const greaterOrEqual = compared(tf.greaterEqual);
export const less = compared(tf.less);
export const lessOrEqual = compared(tf.lessEqual);
export const and = compared(tf.logicalAnd);
export const or = compared(tf.logicalOr);
export const xor = compared(tf.logicalXor);
export const not = unary(tf.logicalNot);
export const isNaN = unary(tf.isNaN);

export const isInf: Operator = (c: OperatorContext) => {
  const x = c.input(0);
  const [positive, negative] = ['detect_positive', 'detect_negative'].map(
    (name) => intAttribute(c.node, name, 1) === 1,
  );
  const infinite = tf.isInf(x);
  if (positive === true && negative === true) return infinite;
  return tf.logicalAnd(infinite, positive === true ? tf.greater(x, 0) : tf.less(x, 0));
};
