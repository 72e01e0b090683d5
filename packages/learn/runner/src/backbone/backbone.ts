import { findUntrainable, possibleFreezeDepths, type UnsupportedNode } from '@espalier/autodiff';
import type { Encoder } from '@espalier/data';
import type { InputDims } from '@espalier/engine';
import { sha256Of } from '@espalier/base/files';
import {
  encodeModel,
  extractModel,
  findStages,
  inspectInputs,
  readModel,
  traceModel,
  trainableNames,
  type Model,
  type Stage,
  type Trace,
  type TracedTensor,
  type ValueInfo,
} from '@espalier/onnx';
import { defineBackbone, type Backbone, type ReadyBackbone } from '@espalier/transfer';
import { dimsOf } from './features.js';
import { blankFeeds, onlyInputs } from './inputs.js';
import { openNetwork, TRACED_ROWS } from './network.js';
import type { SourceClasses } from './sourceClasses.js';

/** A backbone that is loaded, cut off at its features and divided into stages. */
export interface PreparedBackbone {
  readonly backbone: Backbone;
  readonly loaded: ReadyBackbone;
  /** From the inputs to the pooled features [batch, width], for any batch size and length. */
  readonly model: Model;
  /** Makes the model's inputs; the first is the data. */
  readonly encoder: Encoder;
  /** Hash of everything the model computes with. */
  readonly hash: string;
  /** Hash of all that decides what a trial does with it: the model, its preprocessing and its stages. */
  readonly fingerprint: string;
  /** Types and shapes of all tensors in the shortest bucket. */
  readonly tensors: ReadonlyMap<string, TracedTensor>;
  /** Axes of the stages' ends that are as long as the sequence. */
  readonly lengthAxes: ReadonlyMap<string, readonly number[]>;
  /** The data input, and its shape in the shortest bucket. */
  readonly input: { readonly name: string; readonly dims: readonly number[] };
  /** The pooled features and how many there are. */
  readonly features: string;
  readonly width: number;
  readonly stages: readonly Stage[];
  readonly parameterCount: number;
  /** The classifier that the network came with, behind its features. */
  readonly sourceClasses: SourceClasses;
  /** Operators without a gradient rule, which limit the freeze depths. */
  readonly unsupported: readonly UnsupportedNode[];
  readonly freezeDepths: readonly number[];
}

/** A loaded network that ran once, ending at its features. */
interface TracedBackbone {
  readonly model: Model;
  readonly encoder: Encoder;
  readonly trace: Trace;
  readonly sourceClasses: SourceClasses;
  /** What people should know of how the file is read. */
  readonly notes: readonly string[];
}

/** @throws OnnxError, TokenizerError or StudyError where it cannot be used */
export async function traceLoaded(id: string, loaded: ReadyBackbone): Promise<TracedBackbone> {
  const { model, ...network } = await openNetwork(id, loaded, await readModel(loaded.modelPath));
  const feeds = blankFeeds(network.encoder, 0, TRACED_ROWS);
  return { ...network, model, trace: await traceModel(model, onlyInputs(model, feeds)) };
}

/**
 * Loads a backbone, traces it, and finds its features, stages and possible freeze depths.
 *
 * @throws BackboneError, OnnxError, TokenizerError or StudyError where it cannot be used, by name
 */
export async function prepareBackbone(backbone: Backbone, cacheFolder: string): Promise<PreparedBackbone> {
  const given = await defineBackbone(backbone).load({ inspectInputs, cacheFolder });
  const { model, encoder, trace, notes, sourceClasses } = await traceLoaded(backbone.id, given);
  const loaded = { ...given, notes: [...given.notes, ...notes] };
  const features = model.graph.outputs[0]?.name as string;
  const stages = findStages(trace, features, loaded.stages);
  const unsupported = findUntrainable(
    trace.model.graph,
    stages,
    new Map([...trace.tensors].map(([name, { dims }]) => [name, dims])),
  );
  const hash = sha256Of(encodeModel(model));
  const ends = stages.map(({ output }) => output);
  const name = encoder.inputs[0]?.name as string;
  return {
    backbone,
    loaded,
    model,
    encoder,
    hash,
    fingerprint: sha256Of(hash, JSON.stringify([loaded.preprocessing, ends])),
    tensors: trace.tensors,
    lengthAxes: await lengthAxes(model, encoder, [name, ...ends], trace.tensors),
    input: { name, dims: dimsOf(trace, name).slice(1) },
    features,
    width: dimsOf(trace, features)[1] as number,
    stages,
    parameterCount: countParameters(model),
    sourceClasses,
    unsupported,
    freezeDepths: possibleFreezeDepths(stages, unsupported),
  };
}

/** Which axes of some tensors grow with the sequence, from a second trace at another length. */
async function lengthAxes(
  model: Model,
  encoder: Encoder,
  names: readonly string[],
  tensors: ReadonlyMap<string, TracedTensor>,
): Promise<Map<string, readonly number[]>> {
  if (encoder.buckets.length < 2) return new Map();
  const longer = await traceModel(model, onlyInputs(model, blankFeeds(encoder, 1, TRACED_ROWS)));
  return new Map(
    names.map((name) => {
      const other = dimsOf(longer, name);
      const dims = tensors.get(name)?.dims ?? [];
      return [name, dims.flatMap((dim, axis) => (dim === other[axis] ? [] : [axis]))];
    }),
  );
}

const countParameters = ({ graph }: Model): number =>
  trainableNames(graph).reduce((sum, name) => sum + (graph.initializers.get(name)?.data.length ?? 0), 0);

/** The tensor a frozen prefix of `depth` stages ends at. */
export const cutAt = (prepared: PreparedBackbone, depth: number): string =>
  depth === 0 ? prepared.input.name : (prepared.stages[depth - 1]?.output as string);

/** Shape of one example's activation at a freeze depth, in a bucket. */
export function cutDims(prepared: PreparedBackbone, depth: number, bucket = 0): readonly number[] {
  const cut = cutAt(prepared, depth);
  const { encoder, lengthAxes: axes } = prepared;
  const length = encoder.buckets[bucket]?.[prepared.input.name]?.[0] as number;
  const dims = prepared.tensors.get(cut)?.dims as readonly number[];
  return dims.map((dim, axis) => (axes.get(cut)?.includes(axis) ? length : dim)).slice(1);
}

/** Shapes of the suffix's inputs in each bucket: the activation, and the side inputs it takes again. */
export function bucketShapes(prepared: PreparedBackbone, depth: number): InputDims[] {
  const cut = cutAt(prepared, depth);
  return prepared.encoder.buckets.map((shapes, bucket) => ({
    // `openInputs` refuses free axes.
    ...(shapes as InputDims),
    [cut]: cutDims(prepared, depth, bucket),
  }));
}

/** What remains to be trained below the head when `depth` stages are frozen. */
export const suffixAt = (prepared: PreparedBackbone, depth: number): Model =>
  extract(prepared, [cutAt(prepared, depth)], [prepared.features]);

/** The frozen part, with the activations of several depths as outputs; depth 0 has none. */
export const prefixOf = (prepared: PreparedBackbone, depths: readonly number[]): Model =>
  extract(
    prepared,
    [prepared.input.name],
    depths.map((depth) => cutAt(prepared, depth)),
  );

/** The stages behind a freeze depth up to another one. */
export const stagesBetween = (prepared: PreparedBackbone, from: number, to: number): Model =>
  extract(prepared, [cutAt(prepared, from)], [cutAt(prepared, to)]);

/** A part of the model that takes sequences of any length. */
function extract(prepared: PreparedBackbone, inputs: readonly string[], outputs: readonly string[]): Model {
  const part = extractModel(prepared.model, inputs, outputs, prepared.tensors);
  const free = (value: ValueInfo): ValueInfo => {
    const axes = prepared.lengthAxes.get(value.name) ?? [];
    const shape = value.shape?.map((dim, axis) => (axes.includes(axis) ? 'length' : dim)) ?? null;
    return { ...value, shape };
  };
  const { graph } = part;
  return { ...part, graph: { ...graph, inputs: graph.inputs.map(free), outputs: graph.outputs.map(free) } };
}
