import { intAttribute } from '@espalier/onnx';
import type { Rule } from '../rule.js';

/** A running sum's gradient is a running sum from the other end. */
export const cumSum: Rule = (c) => {
  const reverse = 1 - intAttribute(c.node, 'reverse', 0);
  const exclusive = intAttribute(c.node, 'exclusive', 0);
  return c.emit('CumSum', [c.dy, c.input(1)], c.dims(c.x), { reverse, exclusive });
};
