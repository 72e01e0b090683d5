import { at } from '@espalier/onnx';
import type { GraphBuilder } from '../graph/builder.js';
import type { Dims } from '../graph/dims.js';
import type { Optimizer } from '../optimizers/index.js';
import type { Forward, TrainingGraphOptions, TrainingParameter } from './forward.js';
import { nextName, stateName, stepNames } from './names.js';

/** Weights decay; biases and the scales and shifts of normalisations, which are vectors, do not. */
const decays = ({ dims }: TrainingParameter): boolean => dims.filter((dim) => dim > 1).length > 1;

/** Names of the tensors that updates read besides parameters, gradients and state. */
export interface UpdateScalars {
  readonly rateOf: (parameter: string) => string;
  /** Strength of the weight decay; null for none. */
  readonly decay: string | null;
  /** The optimizer's own. */
  readonly scalars: readonly string[];
}

/** The inputs of a step that trains parameters in groups, each a scalar [1]. */
export function groupScalars(
  { groups, headGroup, decay }: Pick<TrainingGraphOptions, 'groups' | 'headGroup' | 'decay'>,
  optimizer: Optimizer,
  b: GraphBuilder,
  groupCount: number,
): UpdateScalars {
  const rates = splitInput(b, stepNames.rates, [], groupCount);
  return {
    rateOf: (parameter) => at(rates, groups.get(parameter) ?? headGroup),
    scalars: splitInput(b, stepNames.scalars, [], optimizer.scalarCount),
    decay: decay === false ? null : b.declare(stepNames.decay, [1]),
  };
}

/** Adds the optimizer's update of every parameter; `gradients` are by the parameter's name. */
export function addUpdates(
  optimizer: Optimizer,
  { b, parameters }: Pick<Forward, 'b' | 'parameters'>,
  gradients: ReadonlyMap<string, string>,
  { rateOf, decay, scalars }: UpdateScalars,
): void {
  for (const parameter of parameters) {
    const { name, stepDims } = parameter;
    const state = optimizer.state.map((one) => b.declare(stateName(name, one), stepDims));
    const gradient = gradients.get(name);
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
            weightDecay: decays(parameter) ? decay : null,
            scalars,
          });
    b.publish(next.parameter, nextName(name));
    optimizer.state.forEach((one, i) => b.publish(at(next.state, i), nextName(stateName(name, one))));
  }
}

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
