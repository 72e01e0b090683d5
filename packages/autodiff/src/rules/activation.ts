import { floatAttribute, intAttribute } from '@espalier/onnx';
import type { Rule, RuleContext } from '../rule.js';

const resultOf = (c: RuleContext): string => c.node.outputs[0] as string;

/** `gradient` where `condition` holds, else zero. */
const keepWhere = (c: RuleContext, condition: string, gradient: string): string =>
  c.b.emit('Where', [condition, gradient, c.b.scalar(0)], c.b.dims(gradient));

const isPositive = (c: RuleContext, name: string): string =>
  c.b.emit('Greater', [name, c.b.scalar(0)], c.b.dims(name));

/** From the result, so that the forward convolution may be fused with its activation. */
export const relu: Rule = (c) => [c.b.binary('Mul', c.dy, c.b.unary('Sign', resultOf(c)))];

export const leakyRelu: Rule = (c) => {
  const slope = c.b.scalar(floatAttribute(c.node, 'alpha', 0.01));
  const scaled = c.b.binary('Mul', c.dy, slope);
  return [c.b.emit('Where', [isPositive(c, c.input(0)), c.dy, scaled], c.dims(0))];
};

export const prelu: Rule = (c) => {
  const [x, slope] = [c.input(0), c.input(1)];
  const positive = isPositive(c, x);
  const scaled = c.b.binary('Mul', c.dy, slope);
  const negativePart = c.b.emit('Where', [positive, c.b.scalar(0), x], c.dims(0));
  return [
    c.needs(0) ? c.b.emit('Where', [positive, c.dy, scaled], c.dims(0)) : null,
    c.needs(1) ? c.b.sumTo(c.b.binary('Mul', c.dy, negativePart), c.dims(1)) : null,
  ];
};

/** Passes where the input lies inside the limits, which is where input and result are equal. */
export const clip: Rule = (c) => {
  const inside = c.b.emit('Equal', [c.input(0), resultOf(c)], c.dims(0));
  return [keepWhere(c, inside, c.dy)];
};

/** y' = y (1 - y). */
export const sigmoid: Rule = (c) => {
  const y = resultOf(c);
  return [c.b.binary('Mul', c.dy, c.b.binary('Sub', y, c.b.binary('Mul', y, y)))];
};

/** y' = 1 - y². */
export const tanh: Rule = (c) => {
  const y = resultOf(c);
  const slope = c.b.binary('Sub', c.b.scalar(1), c.b.binary('Mul', y, y));
  return [c.b.binary('Mul', c.dy, slope)];
};

/** 1 where a value clipped to 0..1 lies strictly between, else 0. */
const strictlyInside = (c: RuleContext, clipped: string): string => {
  const below = c.b.unary('Sign', c.b.binary('Sub', c.b.scalar(1), clipped));
  return c.b.binary('Mul', c.b.unary('Sign', clipped), below);
};

export const hardSigmoid: Rule = (c) => {
  const alpha = c.b.scalar(floatAttribute(c.node, 'alpha', 0.2));
  return [c.b.binary('Mul', c.b.binary('Mul', c.dy, alpha), strictlyInside(c, resultOf(c)))];
};

/** y = x h with h = clip(x/6 + 1/2, 0, 1), so y' = h + x/6 where h is strictly inside. */
export const hardSwish: Rule = (c) => {
  const x = c.input(0);
  const h = c.b.emit('HardSigmoid', [x], c.dims(0), { alpha: 1 / 6, beta: 0.5 });
  const bend = c.b.binary('Mul', c.b.binary('Mul', x, c.b.scalar(1 / 6)), strictlyInside(c, h));
  return [c.b.binary('Mul', c.dy, c.b.binary('Add', h, bend))];
};

/** y = x for x > 0, else alpha (e^x - 1), whose slope is y + alpha. */
export const elu: Rule = (c) => {
  const alpha = c.b.scalar(floatAttribute(c.node, 'alpha', 1));
  const falling = c.b.binary('Mul', c.dy, c.b.binary('Add', resultOf(c), alpha));
  return [c.b.emit('Where', [isPositive(c, c.input(0)), c.dy, falling], c.dims(0))];
};

/** Self-normalising networks (Klambauer et al., 2017). */
export const selu: Rule = (c) => {
  const alpha = floatAttribute(c.node, 'alpha', 1.6732632423543772);
  const gamma = floatAttribute(c.node, 'gamma', 1.0507009873554805);
  const rising = c.b.binary('Mul', c.dy, c.b.scalar(gamma));
  const falling = c.b.binary('Mul', c.dy, c.b.binary('Add', resultOf(c), c.b.scalar(alpha * gamma)));
  return [c.b.emit('Where', [isPositive(c, c.input(0)), rising, falling], c.dims(0))];
};

export const softplus: Rule = (c) => [c.b.binary('Mul', c.dy, c.b.unary('Sigmoid', c.input(0)))];

/** y' = 1 / (1 + |x|)² = (1 - |y|)². */
export const softsign: Rule = (c) => {
  const rest = c.b.binary('Sub', c.b.scalar(1), c.b.unary('Abs', resultOf(c)));
  return [c.b.binary('Mul', c.dy, c.b.binary('Mul', rest, rest))];
};

const softAxis = (c: RuleContext): number => {
  const axis = intAttribute(c.node, 'axis', -1);
  return axis < 0 ? axis + c.dims(0).length : axis;
};

/** dx = y (dy - sum(dy y)). */
export const softmax: Rule = (c) => {
  const y = resultOf(c);
  const weighted = c.b.sum(c.b.binary('Mul', c.dy, y), [softAxis(c)], true);
  return [c.b.binary('Mul', y, c.b.binary('Sub', c.dy, weighted))];
};

/** dx = dy - e^y sum(dy). */
export const logSoftmax: Rule = (c) => {
  const total = c.b.sum(c.dy, [softAxis(c)], true);
  return [c.b.binary('Sub', c.dy, c.b.binary('Mul', c.b.unary('Exp', resultOf(c)), total))];
};
