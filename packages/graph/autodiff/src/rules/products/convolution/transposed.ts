import { at, intAttribute, intsAttribute, stringAttribute } from '@espalier/onnx';
import { planesOf } from '../../../graph/dims.js';
import type { Rule, RuleContext } from '../../rule.js';
import { extentOf } from '../../window.js';
import { biasGradient, type Convolution } from './convolution.js';
import { weightGradient } from './weightGradient.js';

/**
 * A transposed convolution of x [N, C, ...input] with w [C, O / groups, ...kernel] is the input gradient of a
 * convolution, so that its own gradients are that convolution and its weight gradient with the roles of
 * x and dy exchanged.
 */
export const convTranspose: Rule = [
  (c) => {
    const { kernel, strides, dilations, padStart, padEnd, groups } = exchangedOf(c);
    return c.emit('Conv', [c.dy, c.b], c.dims(c.x), {
      kernel_shape: kernel,
      strides,
      dilations,
      pads: [...padStart, ...padEnd],
      group: groups,
    });
  },
  (c) => weightGradient(c, exchangedOf(c)),
  biasGradient,
];

/**
 * The convolution of dy to x; `auto_pad` is resolved, and padding at the end is what makes it give the size
 * of x.
 */
function exchangedOf(c: RuleContext): Convolution {
  const { node } = c;
  const { batch, channels: outputs, places: output } = planesOf(c.dims(c.x));
  const { channels, places: input } = planesOf(c.dims(c.dy));
  const kernel = c.dims(c.b).slice(2);
  const ones = kernel.map(() => 1);
  const steps = {
    kernel,
    strides: intsAttribute(node, 'strides') ?? ones,
    dilations: intsAttribute(node, 'dilations') ?? ones,
  };
  const total = input.map((length, i) => extentOf(steps, i, at(output, i)) - length);
  const auto = stringAttribute(node, 'auto_pad', 'NOTSET');
  const half = (pad: number): number => (auto === 'SAME_LOWER' ? Math.ceil(pad / 2) : Math.floor(pad / 2));
  const free = auto !== 'NOTSET' || intsAttribute(node, 'output_shape') !== null;
  const padStart = free
    ? total.map((pad) => Math.max(0, half(pad)))
    : (intsAttribute(node, 'pads')?.slice(0, kernel.length) ?? kernel.map(() => 0));
  return {
    ...steps,
    padStart,
    padEnd: total.map((pad, i) => pad - at(padStart, i)),
    ...{ x: c.dy, w: c.b, dy: c.x, batch, channels, outputs, input, output },
    groups: intAttribute(node, 'group', 1),
  };
}
