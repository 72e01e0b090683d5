import { intAttribute } from '@espalier/onnx';
import type { Rule } from '../rule.js';

/** Keeps the gradient of the triangle that was kept. */
export const trilu: Rule = (c) => {
  const inputs = c.input(1) === '' ? [c.dy] : [c.dy, c.input(1)];
  return c.emit('Trilu', inputs, c.dims(c.x), { upper: intAttribute(c.node, 'upper', 1) });
};
