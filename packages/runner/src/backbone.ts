import { findUnsupported, possibleFreezeDepths, type UnsupportedNode } from '@espalier/autodiff';
import { preprocessedShape } from '@espalier/data';
import { sha256Of } from '@espalier/files';
import {
  encodeModel,
  extractModel,
  findFeatures,
  findStages,
  float32,
  headNames,
  normaliseModel,
  poolFeatures,
  readModel,
  renameInGraph,
  sizeOf,
  traceModel,
  trainableNames,
  type Model,
  type Stage,
  type Trace,
  type TracedTensor,
} from '@espalier/onnx';
import type { Backbone, LoadContext, LoadedBackbone } from '@espalier/transfer';
import { StudyError } from './errors.js';

/** A backbone that is loaded, cut off at its features and divided into stages. */
export interface PreparedBackbone {
  readonly backbone: Backbone;
  readonly loaded: LoadedBackbone;
  /** From the input to the pooled features [batch, width], for any batch size. */
  readonly model: Model;
  /** Hash of everything the model computes with. */
  readonly hash: string;
  /** Hash of all that decides what a trial does with it: the model, its preprocessing and its stages. */
  readonly fingerprint: string;
  readonly tensors: ReadonlyMap<string, TracedTensor>;
  readonly input: { readonly name: string; readonly dims: readonly number[] };
  /** The pooled features and how many there are. */
  readonly features: string;
  readonly width: number;
  readonly stages: readonly Stage[];
  readonly parameterCount: number;
  /** Operators without a gradient rule, which limit the freeze depths. */
  readonly unsupported: readonly UnsupportedNode[];
  readonly freezeDepths: readonly number[];
}

const POOLED = 'pooled_features';

/** Reads the declared inputs of a model file, for plugins that load. */
export const inspectInputs: LoadContext['inspectInputs'] = async (modelPath) => {
  const { graph } = await readModel(modelPath);
  return graph.inputs
    .filter(({ name }) => !graph.initializers.has(name))
    .map(({ name, dtype, shape }) => ({
      name,
      dtype: dtype ?? 'float32',
      shape: (shape ?? []).map((dim, axis) => dim ?? `axis_${axis}`),
    }));
};

/**
 * Loads a backbone, traces it once, and finds its features, stages and possible freeze depths.
 *
 * @throws BackboneError, OnnxError or StudyError where it cannot be used, by name
 */
export async function prepareBackbone(backbone: Backbone, cacheFolder: string): Promise<PreparedBackbone> {
  const loaded = await backbone.load({ inspectInputs, cacheFolder });
  const whole = withoutHeadNames(normaliseModel(await readModel(loaded.modelPath)));
  const [input, ...others] = whole.graph.inputs;
  if (input === undefined || others.length > 0) {
    const names = whole.graph.inputs.map(({ name }) => name).join(', ') || 'none';
    throw new StudyError(`backbone ${backbone.id}: an image network has one input, this one has: ${names}`);
  }
  const dims = preprocessedShape(loaded.preprocessing);
  const feeds = { [input.name]: float32([1, ...dims], new Float32Array(sizeOf(dims))) };
  const model = await endAtFeatures(whole, loaded, feeds);
  const trace = await traceModel(model, feeds);
  const features = model.graph.outputs[0]?.name as string;
  const stages = findStages(trace, features, loaded.stages);
  const unsupported = findUnsupported(trace.model.graph, stages);
  const hash = sha256Of(encodeModel(model));
  const ends = stages.map(({ output }) => output);
  return {
    backbone,
    loaded,
    model,
    hash,
    fingerprint: sha256Of(hash, JSON.stringify([loaded.preprocessing, ends])),
    tensors: trace.tensors,
    input: { name: input.name, dims },
    features,
    width: dimsOf(trace, features)[1] as number,
    stages,
    parameterCount: countParameters(model),
    unsupported,
    freezeDepths: possibleFreezeDepths(stages, unsupported),
  };
}

/** A network may call its own scores `logits`; a new head needs the name. */
function withoutHeadNames(model: Model): Model {
  const taken = new Set<string>([headNames.logits, headNames.probabilities]);
  const rename = (name: string): string => (taken.has(name) ? `${name}__backbone` : name);
  return { ...model, graph: renameInGraph(model.graph, rename) };
}

/** Cuts off what comes after the features and pools them to [batch, width]. */
async function endAtFeatures(
  whole: Model,
  loaded: LoadedBackbone,
  feeds: Parameters<typeof traceModel>[1],
): Promise<Model> {
  const trace = await traceModel(whole, feeds);
  const tensor = loaded.features.tensor ?? findFeatures(trace.model);
  const body = extractModel(whole, [whole.graph.inputs[0]?.name as string], [tensor], trace.tensors);
  const dims = dimsOf(trace, tensor);
  if (dims.length === 2) return body;
  const pooled = poolFeatures(tensor, dims, loaded.features.pooling);
  const rename = (name: string): string => (name === headNames.features ? POOLED : name);
  return {
    ...body,
    graph: {
      ...body.graph,
      nodes: [
        ...body.graph.nodes,
        ...pooled.nodes.map((node) => ({ ...node, name: POOLED, outputs: node.outputs.map(rename) })),
      ],
      initializers: new Map([...body.graph.initializers, ...pooled.initializers]),
      outputs: [{ name: POOLED, dtype: 'float32', shape: ['batch', pooled.width] }],
    },
  };
}

const dimsOf = (trace: Trace, name: string): readonly number[] => {
  const tensor = trace.tensors.get(name);
  if (tensor === undefined) throw new StudyError(`the model has no tensor '${name}' to read features from`);
  return tensor.dims;
};

const countParameters = ({ graph }: Model): number =>
  trainableNames(graph).reduce((sum, name) => sum + (graph.initializers.get(name)?.data.length ?? 0), 0);

/** The tensor a frozen prefix of `depth` stages ends at. */
export const cutAt = (prepared: PreparedBackbone, depth: number): string =>
  depth === 0 ? prepared.input.name : (prepared.stages[depth - 1]?.output as string);

/** Shape of one example's activation at a freeze depth. */
export const cutDims = (prepared: PreparedBackbone, depth: number): readonly number[] =>
  depth === 0
    ? prepared.input.dims
    : (prepared.tensors.get(cutAt(prepared, depth))?.dims.slice(1) as number[]);

/** What remains to be trained below the head when `depth` stages are frozen. */
export const suffixAt = (prepared: PreparedBackbone, depth: number): Model =>
  extractModel(prepared.model, [cutAt(prepared, depth)], [prepared.features], prepared.tensors);

/** The frozen part, with the activations of several depths as outputs; depth 0 has none. */
export function prefixOf(prepared: PreparedBackbone, depths: readonly number[]): Model {
  const cuts = depths.map((depth) => cutAt(prepared, depth));
  return extractModel(prepared.model, [prepared.input.name], cuts, prepared.tensors);
}
