import { axisOf } from '../axes.js';
import type { Rule, RuleContext } from '../rule.js';

/**
 * The softmax, or what the network itself puts in its place where all of a row is masked and 0 / 0 comes out:
 * PyTorch's attention gives 0 there, exporters write Where(IsNaN(y), 0, y).
 */
function guarded(c: RuleContext): string {
  const asks = c.readers(c.y).find(({ opType }) => opType === 'IsNaN')?.outputs[0];
  const choice = c
    .readers(c.y)
    .find(({ opType, inputs }) => opType === 'Where' && inputs[0] === asks && inputs[2] === c.y);
  return choice?.outputs[0] ?? c.y;
}

/** dx = y (dy - sum(dy y)). */
export const softmax: Rule = (c) => {
  const y = guarded(c);
  return c.mul(y, c.sub(c.dy, c.sum(c.mul(c.dy, y), [axisOf(c, -1)], true)));
};

/** dx = dy - e^y sum(dy). */
export const logSoftmax: Rule = (c) => c.sub(c.dy, c.mul(c.exp(c.y), c.sum(c.dy, [axisOf(c, -1)], true)));
