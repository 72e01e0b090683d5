import { at } from '@espalier/onnx';
import type { GraphBuilder } from '../graph/builder.js';
import type { Dims } from '../graph/dims.js';
import { toStepLayout } from '../graph/layout.js';
import type { Optimizer } from '../optimizers/index.js';
import type { Forward, TrainingGraphOptions, TrainingParameter } from './forward.js';
import { anchorName, nextName, stateName, stepNames } from './names.js';

/** Weights decay; biases and the scales and shifts of normalisations, which are vectors, do not. */
const decays = ({ dims }: TrainingParameter): boolean => dims.filter((dim) => dim > 1).length > 1;

/** Names of the tensors that updates read besides parameters, gradients and state. */
export interface UpdateScalars {
  readonly rateOf: (parameter: string) => string;
  /** Strength of the weight decay; null for none. */
  readonly decay: string | null;
  /** The optimizer's own. */
  readonly scalars: readonly string[];
  /** The weights that a parameter decays to; null for zero. */
  readonly anchorOf: (parameter: TrainingParameter) => string | null;
}

/** The inputs of a step that trains parameters in groups, each a scalar [1]. */
export function groupScalars(
  options: Pick<TrainingGraphOptions, 'groups' | 'headGroup' | 'decay' | 'anchored' | 'model'>,
  optimizer: Optimizer,
  b: GraphBuilder,
  groupCount: number,
): UpdateScalars {
  const { groups, headGroup, decay, anchored, model } = options;
  const rates = splitInput(b, stepNames.rates, [], groupCount);
  return {
    rateOf: (parameter) => at(rates, groups.get(parameter) ?? headGroup),
    scalars: splitInput(b, stepNames.scalars, [], optimizer.scalarCount),
    decay: decay === false ? null : b.declare(stepNames.decay, [1]),
    anchorOf: (parameter) => (anchored === true ? holdAnchor(b, parameter, model) : null),
  };
}

/** Holds the weights that a model has for a parameter; null for the head, which it does not have. */
function holdAnchor(
  b: GraphBuilder,
  { name, layout }: TrainingParameter,
  { graph }: TrainingGraphOptions['model'],
): string | null {
  const weights = graph.initializers.get(name);
  if (weights === undefined) return null;
  b.hold(anchorName(name), layout === null ? weights : toStepLayout(layout, weights));
  return anchorName(name);
}

/** Adds the optimizer's update of every parameter; `gradients` are by the parameter's name. */
export function addUpdates(
  optimizer: Optimizer,
  { b, parameters }: Pick<Forward, 'b' | 'parameters'>,
  gradients: ReadonlyMap<string, string>,
  { rateOf, decay, scalars, anchorOf }: UpdateScalars,
): void {
  for (const parameter of parameters) {
    const { name, stepDims } = parameter;
    const state = optimizer.state.map((one) => b.declare(stateName(name, one), stepDims));
    const gradient = gradients.get(name);
    const strength = decays(parameter) ? decay : null;
    const anchor = strength === null ? null : anchorOf(parameter);
    // A parameter the loss does not reach, such as one of a branch that is cut off, stays.
    const next =
      gradient === undefined
        ? { parameter: name, state }
        : optimizer.update({
            m: b,
            parameter: name,
            gradient,
            state,
            learningRate: rateOf(name),
            weightDecay: anchor === null ? strength : null,
            scalars,
          });
    const drawn =
      anchor === null || strength === null || gradient === undefined
        ? next.parameter
        : drawTo(b, name, next.parameter, anchor, b.mul(rateOf(name), strength));
    b.publish(drawn, nextName(name));
    optimizer.state.forEach((one, i) => b.publish(at(next.state, i), nextName(stateName(name, one))));
  }
}

/** p' - rate decay (p - a): decay to an anchor, apart from the optimizer's own way as in AdamW. */
const drawTo = (b: GraphBuilder, before: string, after: string, anchor: string, share: string): string =>
  b.sub(after, b.mul(b.sub(before, anchor), share));

/**
 * Declares an input [...leading, length] and returns its elements along the last axis, each as a tensor
 * [...leading, 1].
 */
export function splitInput(b: GraphBuilder, name: string, leading: Dims, length: number): string[] {
  if (length === 0) return [];
  b.declare(name, [...leading, length]);
  if (length === 1) return [name];
  return b.emitMany(
    'Split',
    [name],
    Array.from({ length }, () => [...leading, 1]),
    { axis: leading.length, num_outputs: length },
  );
}
