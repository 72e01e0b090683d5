import {
  headNames,
  node,
  poolFeatures,
  standardOpset,
  type GraphNode,
  type HeadPooling,
  type Model,
  type Tensor,
  type ValueInfo,
} from '@espalier/onnx';
import { differentiate } from './backward.js';
import { GraphBuilder, type Dims } from './builder.js';
import { clipByGlobalNorm } from './clipping.js';
import { layoutDims, type Layout } from './layout.js';
import { losses, targetWidth, type LossName } from './losses.js';
import { optimizerOf, type Optimizer, type OptimizerChoice } from './optimizers/index.js';
import { lowerForward } from './rewrites/index.js';

export interface TrainingGraphOptions {
  /** The suffix, traced: its first output is the tensor the head reads. */
  readonly model: Model;
  /** Shapes of all its tensors at the batch size to train with. */
  readonly dims: ReadonlyMap<string, Dims>;
  readonly pooling: HeadPooling;
  /** Outputs of the head: classes, or values to regress. */
  readonly outputs: number;
  readonly loss: LossName;
  readonly optimizer: OptimizerChoice;
  /** Clip gradients by their global norm; the limit is an input of the step. */
  readonly clip: boolean;
  /** Multiply the head's input by a mask, which is an input of the step. */
  readonly dropout: boolean;
  /** Shrink the weights as they train (by default); the strength is an input of the step. */
  readonly decay?: boolean;
  /** Leave every parameter in the model's memory layout, which steps for several shapes can share. */
  readonly keepLayouts?: boolean;
  /** Learning-rate group of each parameter to train; the others stay as they are. */
  readonly groups: ReadonlyMap<string, number>;
  /** Learning-rate group of the head. */
  readonly headGroup: number;
}

export interface TrainingParameter {
  readonly name: string;
  /** Shape in the model, and in the step where the layout differs. */
  readonly dims: Dims;
  readonly stepDims: Dims;
  readonly layout: Layout | null;
}

/** One training step as one graph, and the forward pass that goes with it. */
export interface TrainingGraph {
  /** Inputs to outputs: {@link stepNames}, the parameters and their optimizer state. */
  readonly step: Model;
  /** The data and the parameters to `logits`. */
  readonly evaluation: Model;
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

/** Names of the step's own inputs and outputs. */
export const stepNames = {
  targets: 'espalier_targets',
  mask: 'espalier_mask',
  rates: 'espalier_rates',
  decay: 'espalier_decay',
  scalars: 'espalier_scalars',
  clip: 'espalier_clip',
  loss: 'espalier_loss',
  norm: 'espalier_norm',
} as const;

export const stateName = (parameter: string, state: string): string => `${parameter}__${state}`;
export const nextName = (name: string): string => `${name}__next`;

interface Forward {
  readonly b: GraphBuilder;
  readonly parameters: readonly TrainingParameter[];
  readonly width: number;
  readonly batch: number;
}

/**
 * Compiles a suffix, a new linear head, a loss and an optimizer to one graph that does a training
 * step: forward, gradients, update.
 *
 * @throws UnsupportedOperatorError where an operator that has to be differentiated has no rule
 */
export function buildTrainingGraph(options: TrainingGraphOptions): TrainingGraph {
  const optimizer = optimizerOf(options.optimizer);
  const forward = buildForward(options, options.dropout);
  const { b, batch, parameters } = forward;
  const width = targetWidth(options.loss, options.outputs);
  b.declare(stepNames.targets, [batch, width]);
  const { loss, gradient } = losses[options.loss](b, headNames.logits, stepNames.targets);
  const names = parameters.map(({ name }) => name);
  const gradients = differentiate(b, new Map([[headNames.logits, gradient]]), names);
  const clipped = options.clip ? clipByGlobalNorm(b, gradients, b.declare(stepNames.clip, [1])) : null;
  const groupCount = 1 + Math.max(options.headGroup, ...options.groups.values());
  addUpdates(options, optimizer, forward, clipped?.gradients ?? gradients, groupCount);
  b.publish(loss, stepNames.loss);
  if (clipped !== null) b.publish(clipped.norm, stepNames.norm);

  const stepInputs = [
    ...(options.dropout ? [stepNames.mask] : []),
    stepNames.targets,
    stepNames.rates,
    ...(options.decay === false ? [] : [stepNames.decay]),
    ...(optimizer.scalarCount > 0 ? [stepNames.scalars] : []),
    ...(options.clip ? [stepNames.clip] : []),
  ];
  const held = names.flatMap((name) => [name, ...optimizer.state.map((state) => stateName(name, state))]);
  const results = [stepNames.loss, ...(options.clip ? [stepNames.norm] : []), ...held.map(nextName)];
  return {
    step: assemble(options.model, b, [...stepInputs, ...held], results),
    evaluation: evaluationModel(options, names),
    parameters,
    optimizer,
    batch,
    width: forward.width,
    targetWidth: width,
    groupCount,
  };
}

function evaluationModel(options: TrainingGraphOptions, names: readonly string[]): Model {
  const { b } = buildForward(options, false);
  return assemble(options.model, b, names, [headNames.logits]);
}

/** The suffix in its trainable form, pooling, dropout and the head. */
function buildForward(options: TrainingGraphOptions, dropout: boolean): Forward {
  const { model, dims, groups } = options;
  const initializers = new Map([...model.graph.initializers].filter(([name]) => !groups.has(name)));
  const b = new GraphBuilder({ initializers }, dims);
  const layouts = lowerForward(b, model.graph, new Set(options.keepLayouts === true ? [] : groups.keys()));
  const features = model.graph.outputs[0]?.name ?? '';
  const pooled = poolFeatures(features, b.dims(features), options.pooling);
  const batch = b.dims(features)[0] as number;
  for (const [name, tensor] of pooled.initializers) {
    b.initializers.set(name, tensor);
    b.declare(name, tensor.dims);
  }
  pooled.nodes.forEach((made) => b.add(made));
  b.declare(headNames.features, [batch, pooled.width]);
  const masked = (): string =>
    b.binary('Mul', headNames.features, b.declare(stepNames.mask, [batch, pooled.width]));
  const input = dropout ? masked() : headNames.features;
  const head: readonly (readonly [string, Dims])[] = [
    [headNames.weight, [pooled.width, options.outputs]],
    [headNames.bias, [options.outputs]],
  ];
  for (const [name, headDims] of head) b.declare(name, headDims);
  b.declare(headNames.logits, [batch, options.outputs]);
  b.add(node('Gemm', [input, headNames.weight, headNames.bias], [headNames.logits]));
  const body = [...groups.keys()].map(
    (name) => [name, (model.graph.initializers.get(name) as Tensor).dims] as const,
  );
  const parameters = [...body, ...head].map(([name, shape]): TrainingParameter => {
    const layout = layouts.get(name) ?? null;
    return { name, dims: shape, stepDims: layout === null ? shape : layoutDims(layout, shape), layout };
  });
  return { b, parameters, width: pooled.width, batch };
}

/** Weights decay; biases and the scales and shifts of normalisations, which are vectors, do not. */
const decays = (dims: Dims): boolean => dims.filter((dim) => dim > 1).length > 1;

function addUpdates(
  options: TrainingGraphOptions,
  optimizer: Optimizer,
  { b, parameters }: Forward,
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
            b,
            parameter: name,
            gradient,
            state,
            learningRate: rates[group] as string,
            weightDecay: options.decay !== false && decays(stepDims) ? decay : null,
            scalars,
          });
    b.publish(next.parameter, nextName(name));
    optimizer.state.forEach((one, i) => b.publish(next.state[i] as string, nextName(stateName(name, one))));
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

const CONTRIB_OPSET = 1;

/** Makes a model of the builder's nodes that the results need. */
function assemble(base: Model, b: GraphBuilder, extra: readonly string[], results: readonly string[]): Model {
  const wanted = new Set(results);
  const nodes: GraphNode[] = [];
  for (const made of b.nodes.toReversed()) {
    if (!made.outputs.some((name) => wanted.has(name))) continue;
    nodes.push(made);
    made.inputs.forEach((name) => wanted.add(name));
  }
  const declare = (name: string): ValueInfo => ({
    name,
    dtype: 'float32',
    shape: b.has(name) ? b.dims(name) : null,
  });
  const data = base.graph.inputs.map(({ name, dtype }): ValueInfo => ({ name, dtype, shape: b.dims(name) }));
  return {
    ...base,
    opsets: new Map([['', standardOpset(base)], ...base.opsets, ['com.microsoft', CONTRIB_OPSET]]),
    graph: {
      name: 'espalier_step',
      nodes: nodes.toReversed(),
      inputs: [...data, ...extra.map(declare)].filter(({ name }) => wanted.has(name)),
      outputs: results.map(declare),
      initializers: new Map([...b.initializers].filter(([name]) => wanted.has(name))),
    },
  };
}
