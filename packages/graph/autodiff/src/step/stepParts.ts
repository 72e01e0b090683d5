import { headNames, stopsGradient, type GraphNode, type Model } from '@espalier/onnx';
import { assemble } from '../graph/assemble.js';
import { createBuilder } from '../graph/builder.js';
import { losses } from '../losses/index.js';
import { optimizerOf, type Optimizer } from '../optimizers/index.js';
import { clipByGlobalNorm } from './clipping.js';
import { asWritten, buildForward, type TrainingGraphOptions, type TrainingParameter } from './forward.js';
import { gradientName, nextName, stepNames } from './names.js';
import { groupCountOf, trainedNames, lossInputs, updateInputs, type StepFacts } from './trainingGraph.js';
import { addUpdates, groupScalars } from './updates.js';

/** A step without its gradients, for an engine that differentiates by itself. */
export interface StepParts extends StepFacts {
  /** The data, targets, mask and parameters to the loss; the forward graph as it is written. */
  readonly loss: Model;
  /** The data and the parameters to `logits`. */
  readonly evaluation: Model;
  /** Parameters, their state and their gradients ({@link gradientName}) to the next parameters and state. */
  readonly update: Model;
  /** Names of the parameters the loss changes with; the others have no gradient, and stay. */
  readonly reached: readonly string[];
}

/** The same forward pass, loss, clipping and update as in `buildTrainingGraph`, and no gradient rule. */
export function buildStepParts(options: TrainingGraphOptions): StepParts {
  const optimizer = optimizerOf(options.optimizer);
  const { b, parameters, batch, width } = buildForward(options, asWritten, options.dropout);
  const loss = losses.get(options.loss);
  const wide = loss.targetWidth(options.outputs);
  b.declare(stepNames.targets, [batch, wide]);
  b.publish(loss.nodes(b, headNames.logits, stepNames.targets).loss, stepNames.loss);
  const names = parameters.map(({ name }) => name);
  const lossModel = assemble(options.model, b, [...lossInputs(options), ...names], [stepNames.loss]);
  const read = readThroughGradients(lossModel.graph.nodes);
  const reached = names.filter((name) => read.has(name));
  const evaluation = buildForward(options, asWritten, false).b;
  return {
    loss: lossModel,
    evaluation: assemble(options.model, evaluation, names, [headNames.logits]),
    update: updateModel(options, optimizer, parameters, reached),
    reached,
    ...{ parameters, optimizer, batch, width },
    targetWidth: wide,
    groupCount: groupCountOf(options),
  };
}

/** All tensors that are read on a way to the result which a gradient can go back. */
const readThroughGradients = (nodes: readonly GraphNode[]): Set<string> => {
  const found = new Set<string>([stepNames.loss]);
  for (const node of nodes.toReversed()) {
    if (stopsGradient(node) || !node.outputs.some((name) => found.has(name))) continue;
    node.inputs.forEach((name) => found.add(name));
  }
  return found;
};

function updateModel(
  options: TrainingGraphOptions,
  optimizer: Optimizer,
  parameters: readonly TrainingParameter[],
  reached: readonly string[],
): Model {
  const b = createBuilder({ initializers: new Map() }, new Map());
  for (const { name, dims } of parameters) b.declare(name, dims);
  const given = new Map(reached.map((name) => [name, b.declare(gradientName(name), b.dims(name))]));
  const clipped = options.clip ? clipByGlobalNorm(b, given, b.declare(stepNames.clip, [1])) : null;
  const scalars = groupScalars(options, optimizer, b, groupCountOf(options));
  addUpdates(optimizer, { b, parameters }, clipped?.gradients ?? given, scalars);
  if (clipped !== null) b.publish(clipped.norm, stepNames.norm);
  const names = trainedNames(
    parameters.map(({ name }) => name),
    optimizer,
  );
  const inputs = [...updateInputs(options, optimizer), ...given.values(), ...names];
  const results = [...(options.clip ? [stepNames.norm] : []), ...names.map(nextName)];
  const base = { ...options.model, graph: { ...options.model.graph, inputs: [] } };
  return assemble(base, b, inputs, results);
}
