import { headNames, type Model } from '@espalier/onnx';
import { assemble } from '../graph/assemble.js';
import { createBuilder } from '../graph/builder.js';
import { losses } from '../losses/index.js';
import { optimizerOf, type Optimizer } from '../optimizers/index.js';
import { gradientName, stepNames } from '../step/names.js';
import { lossInputs, trainedNames, updateInputs } from '../step/trainingGraph.js';
import { buildHeads, headParameters, NOTHING, type HeadsGraphOptions } from './forward.js';
import { headsEvaluation, type HeadsFacts } from './headsGraph.js';
import { addHeadUpdates } from './updates.js';

/** A step of heads without its gradients, for an engine that differentiates by itself. */
export interface HeadsParts extends HeadsFacts {
  /** Features, targets, masks and parameters to the losses [heads]. */
  readonly loss: Model;
  /** Parameters, their state and their gradients ({@link gradientName}) to the next parameters and state. */
  readonly update: Model;
  readonly evaluation: Model;
}

/** The same forward pass, loss, clipping and update as in `buildHeadsGraph`, and no gradient rule. */
export function buildHeadsParts(options: HeadsGraphOptions): HeadsParts {
  const optimizer = optimizerOf(options.optimizer);
  const { b, parameters } = buildHeads(options, options.dropout);
  const own = losses.get(options.loss);
  const targetWidth = own.targetWidth(options.outputs);
  b.declare(stepNames.targets, [options.heads, options.batch, targetWidth]);
  b.publish(own.nodes(b, headNames.logits, stepNames.targets).loss, stepNames.loss);
  const names = parameters.map(({ name }) => name);
  const inputs = [headNames.features, ...lossInputs(options), ...names];
  return {
    loss: assemble(NOTHING, b, inputs, [stepNames.loss]),
    update: updateModel(options, optimizer),
    evaluation: headsEvaluation(options),
    ...{ parameters, optimizer, targetWidth },
  };
}

function updateModel(options: HeadsGraphOptions, optimizer: Optimizer): Model {
  const b = createBuilder({ initializers: new Map() }, new Map());
  const parameters = headParameters(options);
  for (const { name, stepDims } of parameters) b.declare(name, stepDims);
  const names = parameters.map(({ name }) => name);
  const given = new Map(names.map((name) => [name, b.declare(gradientName(name), b.dims(name))]));
  const results = addHeadUpdates(options, optimizer, { b, parameters }, given);
  const inputs = [
    ...updateInputs({ clip: options.clip }, optimizer),
    ...given.values(),
    ...trainedNames(names, optimizer),
  ];
  return assemble(NOTHING, b, inputs, results);
}
