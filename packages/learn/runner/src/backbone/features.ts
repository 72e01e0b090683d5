import {
  appendPooling,
  extractModel,
  findFeatures,
  poolFeatures,
  poolTokens,
  traceModel,
  withMean,
  type FoundFeatures,
  type Model,
  type PoolingNodes,
  type Trace,
} from '@espalier/onnx';
import type { ReadyBackbone } from '@espalier/transfer';
import { StudyError } from '../errors.js';
import type { Feeds } from './inputs.js';
import { sourceClassesOf, type SourceClasses } from './sourceClasses.js';

/** A network that ends at its features, and what people should know of where they stand. */
export interface Ended {
  readonly model: Model;
  readonly notes: readonly string[];
  /** What it had behind them. */
  readonly sourceClasses: SourceClasses;
}

/** Cuts off what comes after the features and pools them to [batch, width]. */
export async function endAtFeatures(whole: Model, loaded: ReadyBackbone, feeds: Feeds): Promise<Ended> {
  const trace = await traceModel(whole, feeds);
  const named = loaded.features.tensor;
  const found: FoundFeatures =
    named === undefined
      ? findFeatures(trace.model, trace.tensors)
      : { tensors: [named], place: 'before the head' };
  const notes = notesOn(found, trace);
  const tensor = found.tensors.length === 1 ? (found.tensors[0] as string) : MEAN;
  const shown = found.tensors.length === 1 ? whole : withMean(whole, found.tensors, MEAN);
  const dims = dimsOf(trace, found.tensors[0] as string);
  const tensors = new Map(trace.tensors).set(MEAN, { dtype: 'float32', dims });
  const body = extractModel(shown, [whole.graph.inputs[0]?.name as string], [tensor], tensors);
  const sourceClasses = sourceClassesOf(whole, trace, found.tensors);
  if (dims.length === 2) return { model: body, notes, sourceClasses };
  const mask = maskInputOf(loaded);
  const { inputs } = body.graph;
  const masked = whole.graph.inputs.filter(
    ({ name }) => name === mask && !inputs.some((input) => input.name === name),
  );
  const withMask = { ...body, graph: { ...body.graph, inputs: [...inputs, ...masked] } };
  const length = dimsOf(trace, mask ?? tensor)[1] ?? 1;
  const pooled = appendPooling(withMask, poolingOf(loaded, tensor, dims, length));
  return { model: pooled, notes, sourceClasses };
}

/** The mean of what several heads read. */
const MEAN = 'espalier_mean_of_heads';

/** What should not be taken without a word: a network that is no plain classifier and no encoder of tokens. */
function notesOn({ tensors, place }: FoundFeatures, trace: Trace): string[] {
  const names = tensors.map((name) => `'${name}'`).join(' and ');
  const change = 'set features.tensor in espalier.json to read another tensor';
  if (place === 'before the averaged heads') {
    return [`The network averages several classifiers; its features are what they read, ${names}.`];
  }
  if (place === 'before the detections') {
    return [
      `The network looks like a detector: it ends in boxes or maps of several scales. Its features are what these have in common, ${names}; ${change}.`,
    ];
  }
  const dims = dimsOf(trace, tensors[0] as string);
  const isVector = dims.slice(1).filter((dim) => dim > 1).length <= 1;
  if (place !== 'own output' || !isVector) return [];
  return [
    `The network ends without a linear classifier, so its features are its own output ${names} of ${dims.at(1)} numbers; if these are scores of classes, ${change}.`,
  ];
}

/** Name of the attention mask, where sequences are filled up to a common length. */
export const maskInputOf = ({ preprocessing }: ReadyBackbone): string | null =>
  preprocessing.kind === 'text' ? preprocessing.inputs.mask : null;

/** What fills up a sequence must not count: there the mean and the last token go by the mask. */
function poolingOf(
  loaded: ReadyBackbone,
  tensor: string,
  dims: readonly number[],
  length: number,
): PoolingNodes {
  const { pooling } = loaded.features;
  const mask = maskInputOf(loaded);
  const tokens = mask !== null && dims.length === 3;
  if (!tokens || pooling === 'cls') return poolFeatures(tensor, dims, pooling);
  if (pooling === 'none') {
    throw new StudyError(
      `the features '${tensor}' [${dims}] are one vector a token: pool them by mean, cls or last, not by none`,
    );
  }
  return poolTokens(tensor, dims[2] as number, pooling, mask, [length, dims[1] as number]);
}

export function dimsOf(trace: Trace, name: string): readonly number[] {
  const tensor = trace.tensors.get(name);
  if (tensor === undefined) throw new StudyError(`the model has no tensor '${name}' to read features from`);
  return tensor.dims;
}
