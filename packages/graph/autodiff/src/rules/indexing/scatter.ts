import { describeNode, float32, stringAttribute } from '@espalier/onnx';
import { AutodiffError } from '../../errors.js';
import { axisOf } from '../axes.js';
import type { Rule, RuleContext } from '../rule.js';

function requireOverwriting({ node }: RuleContext): void {
  if (stringAttribute(node, 'reduction', 'none') === 'none') return;
  throw new AutodiffError(`${describeNode(node)} has a reduction, for which there is no gradient rule`);
}

/**
 * Overwritten elements have no gradient; the values that replace them receive it. Their number may
 * depend on the data, such as the zeros of a mask.
 */
export const scatterND: Rule = [
  (c) => {
    requireOverwriting(c);
    const [indices, updates] = [c.input(1), c.input(2)];
    const shape = c.emit('Shape', [updates], [c.dims(updates).length]);
    const value = float32([1], [0]);
    const nothing = c.emit('ConstantOfShape', [shape], c.dims(updates), { value });
    return c.emit('ScatterND', [c.dy, indices, nothing], c.dims(c.x));
  },
  null,
  (c) => {
    requireOverwriting(c);
    return c.emit('GatherND', [c.dy, c.input(1)], c.dims(c.input(2)));
  },
];

/** Overwritten elements get no gradient; updates get the gradient of their position. */
export const scatterElements: Rule = [
  (c) => {
    requireOverwriting(c);
    const nothing = c.zeros(c.dims(c.input(2)));
    return c.emit('ScatterElements', [c.dy, c.input(1), nothing], c.dims(c.x), { axis: axisOf(c, 0) });
  },
  null,
  (c) => {
    requireOverwriting(c);
    return c.emit('GatherElements', [c.dy, c.input(1)], c.dims(c.input(2)), { axis: axisOf(c, 0) });
  },
];
