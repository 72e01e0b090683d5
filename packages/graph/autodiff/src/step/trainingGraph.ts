import { headNames, type Model } from '@espalier/onnx';
import { differentiate } from '../backward.js';
import { assemble } from '../graph/assemble.js';
import { losses } from '../losses/index.js';
import { optimizerOf, type Optimizer } from '../optimizers/index.js';
import { clipByGlobalNorm } from './clipping.js';
import { buildForward, rewritten, type TrainingGraphOptions, type TrainingParameter } from './forward.js';
import { nextName, stateName, stepNames } from './names.js';
import { addUpdates, groupScalars } from './updates.js';

/** Facts that every form of a step tells of itself. */
export interface StepFacts {
  readonly parameters: readonly TrainingParameter[];
  readonly optimizer: Optimizer;
  readonly batch: number;
  /** Length of one example's feature vector. */
  readonly width: number;
  /** Length of a row of the targets. */
  readonly targetWidth: number;
  /** Number of learning-rate groups. */
  readonly groupCount: number;
}

/** One training step as one graph, and the forward pass that goes with it. */
export interface TrainingGraph extends StepFacts {
  /** Inputs to outputs: {@link stepNames}, the parameters and their optimizer state. */
  readonly step: Model;
  /** The data and the parameters to `logits`. */
  readonly evaluation: Model;
}

/**
 * Compiles a suffix, a new linear head, a loss and an optimizer to one graph that does a training
 * step: forward, gradients, update.
 *
 * @throws UnsupportedOperatorError where an operator that has to be differentiated has no rule
 */
export function buildTrainingGraph(options: TrainingGraphOptions): TrainingGraph {
  const optimizer = optimizerOf(options.optimizer);
  const forward = buildForward(options, rewritten, options.dropout);
  const { b, batch, parameters } = forward;
  const own = losses.get(options.loss);
  const width = own.targetWidth(options.outputs);
  b.declare(stepNames.targets, [batch, width]);
  const { loss, gradient } = own.nodes(b, headNames.logits, stepNames.targets);
  const names = parameters.map(({ name }) => name);
  const gradients = differentiate(b, new Map([[headNames.logits, gradient]]), names);
  const clipped = options.clip ? clipByGlobalNorm(b, gradients, b.declare(stepNames.clip, [1])) : null;
  const groupCount = groupCountOf(options);
  const scalars = groupScalars(options, optimizer, b, groupCount);
  addUpdates(optimizer, forward, clipped?.gradients ?? gradients, scalars);
  b.publish(loss, stepNames.loss);
  if (clipped !== null) b.publish(clipped.norm, stepNames.norm);

  const stepInputs = [...lossInputs(options), ...updateInputs(options, optimizer)];
  const trained = trainedNames(names, optimizer);
  const results = [stepNames.loss, ...(options.clip ? [stepNames.norm] : []), ...trained.map(nextName)];
  return {
    step: assemble(options.model, b, [...stepInputs, ...trained], results),
    evaluation: evaluationModel(options, names),
    parameters,
    optimizer,
    batch,
    width: forward.width,
    targetWidth: width,
    groupCount,
  };
}

/** Number of learning-rate groups. */
export const groupCountOf = ({ groups, headGroup }: TrainingGraphOptions): number =>
  1 + Math.max(headGroup, ...groups.values());

/** Inputs of the loss besides the data and the parameters. */
export const lossInputs = ({ dropout }: Pick<TrainingGraphOptions, 'dropout'>): string[] => [
  ...(dropout ? [stepNames.mask] : []),
  stepNames.targets,
];

/** Inputs of the update besides the parameters, their gradients and their state. */
export const updateInputs = (
  { decay, clip }: Pick<TrainingGraphOptions, 'decay' | 'clip'>,
  optimizer: Optimizer,
): string[] => [
  stepNames.rates,
  ...(decay === false ? [] : [stepNames.decay]),
  ...(optimizer.scalarCount > 0 ? [stepNames.scalars] : []),
  ...(clip ? [stepNames.clip] : []),
];

/** Parameters, each before its optimizer state. */
export const trainedNames = (parameters: readonly string[], optimizer: Optimizer): string[] =>
  parameters.flatMap((name) => [name, ...optimizer.state.map((state) => stateName(name, state))]);

function evaluationModel(options: TrainingGraphOptions, names: readonly string[]): Model {
  const { b } = buildForward(options, rewritten, false);
  return assemble(options.model, b, names, [headNames.logits]);
}
