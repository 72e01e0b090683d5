import { at, headNames, lookUp, node, poolFeatures, type HeadPooling, type Model } from '@espalier/onnx';
import { createBuilder, type GraphBuilder } from '../graph/builder.js';
import type { Dims } from '../graph/dims.js';
import { layoutDims, type Layout } from '../graph/layout.js';
import type { OptimizerChoice } from '../optimizers/index.js';
import { lowerForward } from '../rewrites/index.js';
import { stepNames } from './names.js';

export interface TrainingGraphOptions {
  /** The suffix, traced: its first output is the tensor the head reads. */
  readonly model: Model;
  /** Shapes of all its tensors at the batch size to train with. */
  readonly dims: ReadonlyMap<string, Dims>;
  readonly pooling: HeadPooling;
  /** Outputs of the head: classes, or values to regress. */
  readonly outputs: number;
  /** A name among `losses`. */
  readonly loss: string;
  readonly optimizer: OptimizerChoice;
  /** Clip gradients by their global norm; the limit is an input of the step. */
  readonly clip: boolean;
  /** Multiply the head's input by a mask, which is an input of the step. */
  readonly dropout: boolean;
  /** Shrink the weights as they train (by default); the strength is an input of the step. */
  readonly decay?: boolean;
  /** Weight decay draws the parameters of the model to the weights that it has, and not to zero; the head's to zero. */
  readonly anchored?: boolean;
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

/** The forward pass in a builder, for more to be added. */
export interface Forward {
  readonly b: GraphBuilder;
  readonly parameters: readonly TrainingParameter[];
  readonly width: number;
  readonly batch: number;
}

/** Brings the forward graph into the builder; returns the memory layouts of parameters that it changes. */
export type Lower = (b: GraphBuilder, options: TrainingGraphOptions) => ReadonlyMap<string, Layout>;

/** Brings it in in the form that trains fastest, see rewrites/. */
export const rewritten: Lower = (b, { model, groups, keepLayouts }) =>
  lowerForward(b, model.graph, new Set(keepLayouts === true ? [] : groups.keys()));

/** Brings it in as it is written. */
export const asWritten: Lower = (b, { model }) => {
  model.graph.nodes.forEach(b.append);
  return new Map();
};

/** The suffix, pooling, dropout and the head. */
export function buildForward(options: TrainingGraphOptions, lower: Lower, dropout: boolean): Forward {
  const { model, dims, groups } = options;
  const initializers = new Map([...model.graph.initializers].filter(([name]) => !groups.has(name)));
  const b = createBuilder({ initializers }, dims);
  const layouts = lower(b, options);
  const features = model.graph.outputs[0]?.name ?? '';
  const pooled = poolFeatures(features, b.dims(features), options.pooling);
  const batch = at(b.dims(features), 0);
  for (const [name, tensor] of pooled.initializers) b.hold(name, tensor);
  pooled.nodes.forEach(b.append);
  b.declare(headNames.features, [batch, pooled.width]);
  const masked = (): string => b.mul(headNames.features, b.declare(stepNames.mask, [batch, pooled.width]));
  const input = dropout ? masked() : headNames.features;
  const head: readonly (readonly [string, Dims])[] = [
    [headNames.weight, [pooled.width, options.outputs]],
    [headNames.bias, [options.outputs]],
  ];
  for (const [name, headDims] of head) b.declare(name, headDims);
  b.declare(headNames.logits, [batch, options.outputs]);
  b.append(node('Gemm', [input, headNames.weight, headNames.bias], [headNames.logits]));
  const body = [...groups.keys()].map((name) => [name, lookUp(model.graph.initializers, name).dims] as const);
  const parameters = [...body, ...head].map(([name, shape]): TrainingParameter => {
    const layout = layouts.get(name) ?? null;
    return { name, dims: shape, stepDims: layout === null ? shape : layoutDims(layout, shape), layout };
  });
  return { b, parameters, width: pooled.width, batch };
}
