import { describeNode, floatAttribute } from '@espalier/onnx';
import { AutodiffError } from '../../errors.js';
import type { Operand } from '../../graph/algebra.js';
import type { Rule, RuleContext } from '../rule.js';

/** From the result, so that the forward convolution may be fused with its activation. */
export const relu: Rule = (c) => c.mul(c.dy, c.isPositive(c.y));

/** `high` where x > 0, else `low`. */
const slopes = (c: RuleContext, high: number, low: Operand): string =>
  c.add(c.mul(c.isPositive(c.x), typeof low === 'number' ? high - low : c.sub(high, low)), low);

export const leakyRelu: Rule = (c) => c.mul(c.dy, slopes(c, 1, floatAttribute(c.node, 'alpha', 0.01)));

export const prelu: Rule = [
  (c) => c.mul(c.dy, slopes(c, 1, c.b)),
  (c) => c.mul(c.dy, c.sub(c.x, c.relu(c.x))),
];

/** Passes where the result lies strictly between the limits, as ReLU6 does in PyTorch. */
export const clip: Rule = (c) => c.mul(c.dy, c.isBetween(c.y, limit(c, 1, -Infinity), limit(c, 2, Infinity)));

function limit(c: RuleContext, index: number, none: number): number {
  if (c.input(index) === '') return none;
  const value = c.known(index)?.data[0];
  if (value === undefined)
    throw new AutodiffError(`${describeNode(c.node)} has limits that the graph computes`);
  return Number(value);
}

export const hardSigmoid: Rule = (c) =>
  c.mul(c.mul(c.dy, floatAttribute(c.node, 'alpha', 0.2)), c.isBetween(c.y, 0, 1));

/** y = x h with h = clip(x/6 + 1/2, 0, 1), so y' = h + x/6 where h is strictly inside. */
export const hardSwish: Rule = (c) => {
  const h = c.emit('HardSigmoid', [c.x], c.dims(c.x), { alpha: 1 / 6, beta: 0.5 });
  return c.mul(c.dy, c.add(h, c.mul(c.mul(c.x, 1 / 6), c.isBetween(h, 0, 1))));
};

/** y = x for x > 0, else alpha (e^x - 1), whose slope is y + alpha. */
export const elu: Rule = (c) => {
  const alpha = floatAttribute(c.node, 'alpha', 1);
  return c.mul(c.dy, slopes(c, 1, c.add(c.sub(c.y, c.relu(c.x)), alpha)));
};

/** Self-normalising networks (Klambauer et al., 2017). */
export const selu: Rule = (c) => {
  const alpha = floatAttribute(c.node, 'alpha', 1.6732632423543772);
  const gamma = floatAttribute(c.node, 'gamma', 1.0507009873554805);
  const falling = c.add(c.sub(c.y, c.mul(c.relu(c.x), gamma)), alpha * gamma);
  return c.mul(c.dy, slopes(c, gamma, falling));
};
