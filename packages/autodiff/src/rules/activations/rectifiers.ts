import { floatAttribute, intAttribute } from '@espalier/onnx';
import { AutodiffError } from '../errors.js';
import type { Rule, RuleContext } from '../rule.js';

const resultOf = (c: RuleContext): string => c.node.outputs[0] as string;

/** From the result, so that the forward convolution may be fused with its activation. */
export const relu: Rule = (c) => [c.b.binary('Mul', c.dy, c.b.isPositive(resultOf(c)))];

/** `high` where x > 0, else `low`; a number or the name of a tensor. */
const slopes = (c: RuleContext, high: number, low: number | string): string => {
  const positive = c.b.isPositive(c.input(0));
  const lowName = typeof low === 'number' ? c.b.scalar(low) : low;
  const difference = c.b.binary('Sub', c.b.scalar(high), lowName);
  return c.b.binary('Add', c.b.binary('Mul', positive, difference), lowName);
};

export const leakyRelu: Rule = (c) => [
  c.b.binary('Mul', c.dy, slopes(c, 1, floatAttribute(c.node, 'alpha', 0.01))),
];

export const prelu: Rule = (c) => {
  const negativePart = (): string => c.b.binary('Sub', c.input(0), c.b.unary('Relu', c.input(0)));
  return [
    c.needs(0) ? c.b.binary('Mul', c.dy, slopes(c, 1, c.input(1))) : null,
    c.needs(1) ? c.b.sumTo(c.b.binary('Mul', c.dy, negativePart()), c.dims(1)) : null,
  ];
};

/** Passes where the result lies strictly between the limits, as ReLU6 does in PyTorch. */
export const clip: Rule = (c) => {
  const limits = [1, 2].map((index) => {
    if (c.input(index) === '') return null;
    const limit = c.constant(index)?.data[0];
    if (limit === undefined) throw new AutodiffError(`Clip '${c.node.name}' computes its limits`);
    return Number(limit);
  });
  return [c.b.binary('Mul', c.dy, c.b.isBetween(resultOf(c), limits[0] ?? -Infinity, limits[1] ?? Infinity))];
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

export const hardSigmoid: Rule = (c) => {
  const alpha = c.b.scalar(floatAttribute(c.node, 'alpha', 0.2));
  return [c.b.binary('Mul', c.b.binary('Mul', c.dy, alpha), c.b.isBetween(resultOf(c), 0, 1))];
};

/** y = x h with h = clip(x/6 + 1/2, 0, 1), so y' = h + x/6 where h is strictly inside. */
export const hardSwish: Rule = (c) => {
  const x = c.input(0);
  const h = c.b.emit('HardSigmoid', [x], c.dims(0), { alpha: 1 / 6, beta: 0.5 });
  const bend = c.b.binary('Mul', c.b.binary('Mul', x, c.b.scalar(1 / 6)), c.b.isBetween(h, 0, 1));
  return [c.b.binary('Mul', c.dy, c.b.binary('Add', h, bend))];
};

/** y = x for x > 0, else alpha (e^x - 1), whose slope is y + alpha. */
export const elu: Rule = (c) => {
  const alpha = c.b.scalar(floatAttribute(c.node, 'alpha', 1));
  const falling = c.b.binary('Add', c.b.binary('Sub', resultOf(c), c.b.unary('Relu', c.input(0))), alpha);
  return [c.b.binary('Mul', c.dy, slopes(c, 1, falling))];
};

/** Self-normalising networks (Klambauer et al., 2017). */
export const selu: Rule = (c) => {
  const alpha = floatAttribute(c.node, 'alpha', 1.6732632423543772);
  const gamma = floatAttribute(c.node, 'gamma', 1.0507009873554805);
  const positivePart = c.b.binary('Mul', c.b.unary('Relu', c.input(0)), c.b.scalar(gamma));
  const falling = c.b.binary('Add', c.b.binary('Sub', resultOf(c), positivePart), c.b.scalar(alpha * gamma));
  return [c.b.binary('Mul', c.dy, slopes(c, gamma, falling))];
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

/**
 * The softmax, or what the network itself puts in its place where all of a row is masked and 0 / 0 comes out:
 * PyTorch's attention gives 0 there, exporters write Where(IsNaN(y), 0, y).
 */
function guarded(c: RuleContext): string {
  const y = resultOf(c);
  const asks = c.b.nodes.find(({ opType, inputs }) => opType === 'IsNaN' && inputs[0] === y);
  const choice = c.b.nodes.find(
    ({ opType, inputs }) => opType === 'Where' && inputs[0] === asks?.outputs[0] && inputs[2] === y,
  );
  return choice?.outputs[0] ?? y;
}

/** dx = y (dy - sum(dy y)). */
export const softmax: Rule = (c) => {
  const y = guarded(c);
  const weighted = c.b.sum(c.b.binary('Mul', c.dy, y), [softAxis(c)], true);
  return [c.b.binary('Mul', y, c.b.binary('Sub', c.dy, weighted))];
};

/** dx = dy - e^y sum(dy). */
export const logSoftmax: Rule = (c) => {
  const total = c.b.sum(c.dy, [softAxis(c)], true);
  return [c.b.binary('Sub', c.dy, c.b.binary('Mul', c.b.unary('Exp', resultOf(c)), total))];
};
