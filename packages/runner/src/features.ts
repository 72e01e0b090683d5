import {
  appendPooling,
  extractModel,
  findFeatures,
  poolFeatures,
  poolTokens,
  traceModel,
  type Model,
  type Pooled,
  type Trace,
} from '@espalier/onnx';
import type { LoadedBackbone } from '@espalier/transfer';
import { StudyError } from './errors.js';
import type { Feeds } from './inputs.js';

/** Cuts off what comes after the features and pools them to [batch, width]. */
export async function endAtFeatures(whole: Model, loaded: LoadedBackbone, feeds: Feeds): Promise<Model> {
  const trace = await traceModel(whole, feeds);
  const tensor = loaded.features.tensor ?? findFeatures(trace.model);
  const body = extractModel(whole, [whole.graph.inputs[0]?.name as string], [tensor], trace.tensors);
  const dims = dimsOf(trace, tensor);
  if (dims.length === 2) return body;
  const mask = maskInputOf(loaded);
  const { inputs } = body.graph;
  const masked = whole.graph.inputs.filter(
    ({ name }) => name === mask && !inputs.some((input) => input.name === name),
  );
  const withMask = { ...body, graph: { ...body.graph, inputs: [...inputs, ...masked] } };
  return appendPooling(withMask, poolingOf(loaded, tensor, dims));
}

/** Name of the attention mask, where sequences are filled up to a common length. */
export const maskInputOf = ({ preprocessing }: LoadedBackbone): string | null =>
  preprocessing.kind === 'text' ? preprocessing.inputs.mask : null;

/** What fills up a sequence must not count: there the mean and the last token go by the mask. */
function poolingOf(loaded: LoadedBackbone, tensor: string, dims: readonly number[]): Pooled {
  const { pooling } = loaded.features;
  const mask = maskInputOf(loaded);
  const tokens = mask !== null && dims.length === 3;
  if (!tokens || pooling === 'cls') return poolFeatures(tensor, dims, pooling);
  if (pooling === 'none') {
    throw new StudyError(
      `the features '${tensor}' [${dims}] are one vector a token: pool them by mean, cls or last, not by none`,
    );
  }
  return poolTokens(tensor, dims[2] as number, pooling, mask);
}

export function dimsOf(trace: Trace, name: string): readonly number[] {
  const tensor = trace.tensors.get(name);
  if (tensor === undefined) throw new StudyError(`the model has no tensor '${name}' to read features from`);
  return tensor.dims;
}
