import { intAttribute, numbersOf, sizeOf } from '@espalier/onnx';
import type { Rule, RuleContext } from '../rule.js';

function axesOf(c: RuleContext): number[] {
  const rank = c.dims(0).length;
  const given = c.input(1) === '' ? null : c.constant(1);
  if (given === null || given.data.length === 0) {
    const none = intAttribute(c.node, 'noop_with_empty_axes', 0) === 1;
    return none ? [] : c.dims(0).map((_, axis) => axis);
  }
  return numbersOf(given).map((axis) => (axis < 0 ? axis + rank : axis));
}

/** The reduced axes back with length 1. */
const keepAxes = (c: RuleContext, name: string, axes: readonly number[]): string =>
  c.b.reshape(
    name,
    c.dims(0).map((dim, axis) => (axes.includes(axis) ? 1 : dim)),
  );

const spread = (c: RuleContext, name: string): string =>
  c.b.emit('Expand', [name, c.b.ints(c.dims(0))], c.dims(0));

export const reduceSum: Rule = (c) => [spread(c, keepAxes(c, c.dy, axesOf(c)))];

const mean = (c: RuleContext, axes: readonly number[]): string => {
  const count = sizeOf(axes.map((axis) => c.dims(0)[axis] as number));
  return spread(c, c.b.binary('Mul', keepAxes(c, c.dy, axes), c.b.scalar(1 / count)));
};

export const reduceMean: Rule = (c) => [mean(c, axesOf(c))];

const spatialAxes = (c: RuleContext): number[] => c.dims(0).flatMap((_, axis) => (axis > 1 ? [axis] : []));

export const globalAveragePool: Rule = (c) => [mean(c, spatialAxes(c))];

/** The gradient is shared by all places that hold the extreme value. */
const toExtremes = (c: RuleContext, axes: readonly number[]): string => {
  const y = keepAxes(c, c.node.outputs[0] as string, axes);
  const hit = c.b.emit('Equal', [c.input(0), y], c.dims(0));
  const mask = c.b.emit('Cast', [hit], c.dims(0), { to: 1 });
  const share = c.b.binary('Div', keepAxes(c, c.dy, axes), c.b.sum(mask, axes, true));
  return c.b.binary('Mul', mask, share);
};

export const reduceExtremum: Rule = (c) => [toExtremes(c, axesOf(c))];

export const globalMaxPool: Rule = (c) => [toExtremes(c, spatialAxes(c))];

/** y = sum |x|, dx = dy sign(x). */
export const reduceL1: Rule = (c) => [
  c.b.binary('Mul', keepAxes(c, c.dy, axesOf(c)), c.b.unary('Sign', c.input(0))),
];

/** y = sqrt(sum x²), dx = dy x / y; 0 for a vector of zeros, as in PyTorch. */
export const reduceL2: Rule = (c) => {
  const axes = axesOf(c);
  const norm = keepAxes(c, c.node.outputs[0] as string, axes);
  return [c.b.binary('Mul', c.input(0), c.b.safeDivide(keepAxes(c, c.dy, axes), norm))];
};

/** y = log sum x, dx = dy e^-y. */
export const reduceLogSum: Rule = (c) => {
  const axes = axesOf(c);
  const inverse = c.b.unary('Exp', c.b.unary('Neg', keepAxes(c, c.node.outputs[0] as string, axes)));
  return [spread(c, c.b.binary('Mul', keepAxes(c, c.dy, axes), inverse))];
};

/** y = log sum e^x, dx = dy e^(x - y). */
export const reduceLogSumExp: Rule = (c) => {
  const axes = axesOf(c);
  const y = keepAxes(c, c.node.outputs[0] as string, axes);
  const share = c.b.unary('Exp', c.b.binary('Sub', c.input(0), y));
  return [c.b.binary('Mul', keepAxes(c, c.dy, axes), share)];
};

/** y = sum x², dx = 2 x dy. */
export const reduceSumSquare: Rule = (c) => {
  const twice = c.b.binary('Mul', keepAxes(c, c.dy, axesOf(c)), c.b.scalar(2));
  return [c.b.binary('Mul', c.input(0), twice)];
};
