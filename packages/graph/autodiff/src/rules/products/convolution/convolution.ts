import { at, intAttribute } from '@espalier/onnx';
import { planesOf, type Dims } from '../../../graph/dims.js';
import type { RuleContext } from '../../rule.js';
import { windowOf, type Window } from '../../window.js';

/** A convolution of x [N, C, ...input] with w [O, C / groups, ...kernel] to dy [N, O, ...output]. */
export interface Convolution extends Window {
  readonly x: string;
  readonly w: string;
  readonly dy: string;
  readonly groups: number;
  readonly batch: number;
  readonly channels: number;
  readonly outputs: number;
  readonly input: Dims;
  readonly output: Dims;
}

export function convolutionOf(c: RuleContext): Convolution {
  const { batch, channels, places: input } = planesOf(c.dims(c.x));
  const { places: output } = planesOf(c.dims(c.dy));
  const weight = c.dims(c.b);
  return {
    ...windowOf(c.node, weight.slice(2), input, output),
    ...{ x: c.x, w: c.b, dy: c.dy, batch, channels, input, output },
    outputs: at(weight, 0),
    groups: intAttribute(c.node, 'group', 1),
  };
}

/** The gradient of a bias: dy summed over all but the channels. */
export const biasGradient = (c: RuleContext): string =>
  c.sum(
    c.dy,
    c.dims(c.dy).flatMap((_, axis) => (axis === 1 ? [] : [axis])),
  );
