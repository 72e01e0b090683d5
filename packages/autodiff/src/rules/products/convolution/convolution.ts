import { intAttribute } from '@espalier/onnx';
import type { Rule, RuleContext } from '../../rule.js';
import { windowOf, type Window } from '../window.js';
import { inputGradient } from './inputGradient.js';
import { weightGradient } from './weightGradient.js';

/** A convolution of x [N, C, ...input] with w [O, C / groups, ...kernel] to dy [N, O, ...output]. */
export interface Convolution extends Window {
  readonly context: RuleContext;
  readonly x: string;
  readonly w: string;
  readonly dy: string;
  readonly groups: number;
  readonly batch: number;
  readonly channels: number;
  readonly outputs: number;
  readonly input: readonly number[];
  readonly output: readonly number[];
}

function convolutionOf(context: RuleContext): Convolution {
  const [batch, channels, ...input] = context.dims(0) as [number, number, ...number[]];
  const [outputs, , ...kernel] = context.dims(1) as [number, number, ...number[]];
  const output = context.b.dims(context.dy).slice(2);
  return {
    ...windowOf(context.node, kernel, input, output),
    context,
    x: context.input(0),
    w: context.input(1),
    dy: context.dy,
    groups: intAttribute(context.node, 'group', 1),
    batch,
    channels,
    outputs,
    input,
    output,
  };
}

export const conv: Rule = (context) => {
  const convolution = convolutionOf(context);
  const allButChannels = [0, ...convolution.input.map((_, i) => i + 2)];
  const biasGradient = (): string => context.b.sum(context.dy, allButChannels);
  return [
    context.needs(0) ? inputGradient(convolution) : null,
    context.needs(1) ? weightGradient(convolution) : null,
    context.input(2) !== '' && context.needs(2) ? biasGradient() : null,
  ];
};
