import { at } from '@espalier/onnx';
import type { GraphBuilder } from '../graph/builder.js';
import type { Dims } from '../graph/dims.js';
import type { Optimizer } from '../optimizers/index.js';
import type { Forward, TrainingGraphOptions } from './forward.js';
import { nextName, stateName, stepNames } from './names.js';

/** Weights decay; biases and the scales and shifts of normalisations, which are vectors, do not. */
const decays = (dims: Dims): boolean => dims.filter((dim) => dim > 1).length > 1;

/** Adds the optimizer's update of every parameter; `gradients` are by the parameter's name. */
export function addUpdates(
  options: Pick<TrainingGraphOptions, 'groups' | 'headGroup' | 'decay'>,
  optimizer: Optimizer,
  { b, parameters }: Pick<Forward, 'b' | 'parameters'>,
  gradients: ReadonlyMap<string, string>,
  groupCount: number,
): void {
  const rates = vector(b, stepNames.rates, groupCount);
  const scalars = vector(b, stepNames.scalars, optimizer.scalarCount);
  const decay = b.declare(stepNames.decay, [1]);
  for (const { name, stepDims } of parameters) {
    const state = optimizer.state.map((one) => b.declare(stateName(name, one), stepDims));
    const gradient = gradients.get(name);
    const group = options.groups.get(name) ?? options.headGroup;
    // A parameter the loss does not reach, such as one of a branch that is cut off, stays.
    const next =
      gradient === undefined
        ? { parameter: name, state }
        : optimizer.update({
            m: b,
            parameter: name,
            gradient,
            state,
            learningRate: at(rates, group),
            weightDecay: options.decay !== false && decays(stepDims) ? decay : null,
            scalars,
          });
    b.publish(next.parameter, nextName(name));
    optimizer.state.forEach((one, i) => b.publish(at(next.state, i), nextName(stateName(name, one))));
  }
}

/** The elements of an input vector, each as a tensor [1]. */
function vector(b: GraphBuilder, name: string, length: number): string[] {
  if (length === 0) return [];
  b.declare(name, [length]);
  if (length === 1) return [name];
  return b.emitMany(
    'Split',
    [name],
    Array.from({ length }, () => [1]),
    { axis: 0, num_outputs: length },
  );
}
