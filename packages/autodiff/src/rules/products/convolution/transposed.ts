import { intAttribute, intsAttribute, stringAttribute } from '@espalier/onnx';
import type { Rule, RuleContext } from '../../rule.js';
import type { Window } from '../window.js';
import { weightGradient } from './weightGradient.js';

/**
 * A transposed convolution of x [N, C, ...input] with w [C, O / groups, ...kernel] is the input gradient of a
 * convolution, so that its own gradients are that convolution and its weight gradient with the roles of
 * x and dy exchanged.
 */
export const convTranspose: Rule = (context) => {
  const { b, dy } = context;
  const [batch, channels, ...input] = context.dims(0) as [number, number, ...number[]];
  const [, outputs, ...output] = b.dims(dy) as [number, number, ...number[]];
  const groups = intAttribute(context.node, 'group', 1);
  const window = transposedWindow(context, input, output);
  const attributes = {
    kernel_shape: window.kernel,
    strides: window.strides,
    dilations: window.dilations,
    pads: [...window.padStart, ...window.padEnd],
    group: groups,
  };
  const weights = (): string =>
    weightGradient({
      ...{ ...window, context, groups, batch, x: dy, dy: context.input(0), w: context.input(1) },
      ...{ channels: outputs, outputs: channels, input: output, output: input },
    });
  const bias = (): string => b.sum(dy, [0, ...output.map((_, i) => i + 2)]);
  return [
    context.needs(0) ? b.emit('Conv', [dy, context.input(1)], context.dims(0), attributes) : null,
    context.needs(1) ? weights() : null,
    context.input(2) !== '' && context.needs(2) ? bias() : null,
  ];
};

/** The window, its `auto_pad` resolved; padding at the end is what makes the convolution give the input's size. */
function transposedWindow(context: RuleContext, input: readonly number[], output: readonly number[]): Window {
  const { node } = context;
  const kernel = context.dims(1).slice(2);
  const ones = kernel.map(() => 1);
  const strides = intsAttribute(node, 'strides') ?? ones;
  const dilations = intsAttribute(node, 'dilations') ?? ones;
  const total = kernel.map((size, i) => {
    const reach =
      ((input[i] as number) - 1) * (strides[i] as number) + (size - 1) * (dilations[i] as number) + 1;
    return reach - (output[i] as number);
  });
  const auto = stringAttribute(node, 'auto_pad', 'NOTSET');
  const half = (pad: number): number => (auto === 'SAME_LOWER' ? Math.ceil(pad / 2) : Math.floor(pad / 2));
  const free = auto !== 'NOTSET' || intsAttribute(node, 'output_shape') !== null;
  const padStart = free
    ? total.map((pad) => Math.max(0, half(pad)))
    : (intsAttribute(node, 'pads')?.slice(0, kernel.length) ?? kernel.map(() => 0));
  return {
    kernel,
    strides,
    dilations,
    padStart,
    padEnd: total.map((pad, i) => pad - (padStart[i] as number)),
  };
}
