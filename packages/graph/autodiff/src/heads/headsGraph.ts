import { headNames, type Model } from '@espalier/onnx';
import { differentiate } from '../backward.js';
import { assemble } from '../graph/assemble.js';
import { losses } from '../losses/index.js';
import { optimizerOf, type Optimizer } from '../optimizers/index.js';
import type { TrainingParameter } from '../step/forward.js';
import { stepNames } from '../step/names.js';
import { lossInputs, trainedNames, updateInputs } from '../step/trainingGraph.js';
import { buildHeads, NOTHING, type HeadsGraphOptions } from './forward.js';
import { addHeadUpdates } from './updates.js';

/** Facts that every form of a step of heads tells of itself. */
export interface HeadsFacts {
  /** `dims` is the shape of one head's in the model, `stepDims` that of all heads. */
  readonly parameters: readonly TrainingParameter[];
  readonly optimizer: Optimizer;
  /** Length of a row of the targets. */
  readonly targetWidth: number;
}

/** One training step of all heads as one graph, and the forward pass that goes with it. */
export interface HeadsGraph extends HeadsFacts {
  /** Features, {@link stepNames}, parameters and their state to the losses, norms and next parameters. */
  readonly step: Model;
  /** Features and parameters to `logits` [heads, batch, outputs]. */
  readonly evaluation: Model;
}

/**
 * Compiles heads, a loss and an optimizer to one graph that does a training step of each head: its loss,
 * gradients, clipping and update are those of a step that trains it alone.
 */
export function buildHeadsGraph(options: HeadsGraphOptions): HeadsGraph {
  const optimizer = optimizerOf(options.optimizer);
  const forward = buildHeads(options, options.dropout);
  const { b, parameters } = forward;
  const own = losses.get(options.loss);
  const targetWidth = own.targetWidth(options.outputs);
  b.declare(stepNames.targets, [options.heads, options.batch, targetWidth]);
  const { loss, gradient } = own.nodes(b, headNames.logits, stepNames.targets);
  const names = parameters.map(({ name }) => name);
  const gradients = differentiate(b, new Map([[headNames.logits, gradient]]), names);
  const results = addHeadUpdates(options, optimizer, forward, gradients);
  b.publish(loss, stepNames.loss);
  const inputs = [
    headNames.features,
    ...lossInputs(options),
    ...updateInputs({ clip: options.clip }, optimizer),
    ...trainedNames(names, optimizer),
  ];
  return {
    step: assemble(NOTHING, b, inputs, [stepNames.loss, ...results]),
    evaluation: headsEvaluation(options),
    ...{ parameters, optimizer, targetWidth },
  };
}

/** Without dropout. */
export function headsEvaluation(options: HeadsGraphOptions): Model {
  const { b, parameters } = buildHeads(options, false);
  const inputs = [headNames.features, ...parameters.map(({ name }) => name)];
  return assemble(NOTHING, b, inputs, [headNames.logits]);
}
