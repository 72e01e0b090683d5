import {
  openEncoder,
  type Encodable,
  type Encoder,
  type ExampleView,
  type Shapes,
  type Values,
} from '@espalier/data';
import { createRandom } from '@espalier/base/random';
import { sizeOf, type Model, type Tensor, type TensorData } from '@espalier/onnx';
import type { ReadyBackbone } from '@espalier/transfer';
import { StudyError } from '../errors.js';

/** A batch of each input of a graph. */
export type Feeds = Record<string, Tensor>;

/** Examples side by side as one tensor of each input; free axes are as long as the longest example. */
export function feedsOf(
  encoder: Encoder,
  bucket: number,
  rows: readonly Readonly<Record<string, Values>>[],
): Feeds {
  const shapes = encoder.buckets[bucket] as Shapes;
  return Object.fromEntries(
    encoder.inputs.map(({ name, dtype }): [string, Tensor] => {
      const values = rows.map((row) => row[name] as Values);
      const shape = filledShape(shapes[name] as Shapes[string], values);
      const dims = [rows.length, ...shape];
      const data = dtype === 'int64' ? new BigInt64Array(sizeOf(dims)) : new Float32Array(sizeOf(dims));
      const size = sizeOf(shape);
      values.forEach((row, i) => (data as Float32Array).set(row as Float32Array, i * size));
      return [name, { dtype, dims, data }];
    }),
  );
}

/** The shape of one example in a batch of these, whose first axis may be free. */
function filledShape([first, ...rest]: Shapes[string], rows: readonly Values[]): number[] {
  const others = rest as number[];
  if (first === undefined) return others;
  if (first !== null) return [first, ...others];
  return [Math.max(1, ...rows.map(({ length }) => length / sizeOf(others))), ...others];
}

/** Preprocesses examples of one bucket, each under its view, to a batch of each input. */
export async function encodeAll(
  encoder: Encoder,
  wanted: readonly { readonly example: Encodable; readonly view: ExampleView }[],
  bucket: number,
): Promise<Feeds> {
  const rows = await Promise.all(wanted.map(({ example, view }) => encoder.encode(example, view, bucket)));
  return feedsOf(encoder, bucket, rows);
}

/** The numbers of a batch alone, as a trainer takes them. */
export const valuesOf = (feeds: Feeds): Record<string, TensorData> =>
  Object.fromEntries(Object.entries(feeds).map(([name, { data }]) => [name, data]));

/** A batch without content, to find out shapes. */
export const blankFeeds = (encoder: Encoder, bucket: number, rows: number): Feeds =>
  feedsOf(encoder, bucket, new Array<Readonly<Record<string, Values>>>(rows).fill(encoder.blank(bucket)));

/** The same, with numbers in 0..1 where it is made of floats; tokens stay blank. */
export function noiseFeeds(encoder: Encoder, bucket: number, rows: number, name: string): Feeds {
  const feeds = blankFeeds(encoder, bucket, rows);
  const noise = createRandom(0, 'noise', name);
  for (const { dtype, data } of Object.values(feeds)) {
    if (dtype === 'float32') (data as Float32Array).forEach((_, i, all) => (all[i] = noise.uniform()));
  }
  return feeds;
}

/** The feeds a model still takes: what only its old head read is gone. */
export const onlyInputs = ({ graph }: Model, feeds: Feeds): Feeds =>
  Object.fromEntries(graph.inputs.map(({ name }) => [name, feeds[name] as Feeds[string]]));

/** A model whose inputs are those of the encoder, the data first. */
export interface Opened {
  readonly model: Model;
  readonly encoder: Encoder;
}

/**
 * Opens the preprocessing of a loaded backbone and checks it against the graph's inputs.
 *
 * @throws StudyError where the graph wants inputs that the preprocessing does not make, inputs of any
 * length, or another tokenizer
 */
export async function openInputs(id: string, loaded: ReadyBackbone, whole: Model): Promise<Opened> {
  const { graph } = whole;
  const given = graph.inputs.map(({ name }) => name);
  const encoder = await openEncoder(loaded.preprocessing, given[0] ?? '', loaded.assets);
  const names = encoder.inputs.map(({ name }) => name);
  const extra = given.filter((name) => !names.includes(name));
  const missing = names.filter((name) => !given.includes(name));
  if (extra.length > 0 || missing.length > 0) {
    throw new StudyError(
      `backbone ${id}: its graph has the inputs ${given.join(', ') || 'none'} where its preprocessing makes ${names.join(', ')}`,
    );
  }
  const inputs = names.map((name) => graph.inputs[given.indexOf(name)] as (typeof graph.inputs)[number]);
  const model = { ...whole, graph: { ...graph, inputs } };
  requireFixedShapes(id, encoder);
  requireTokens(id, loaded, encoder, model);
  return { model, encoder: withFixedLength(id, encoder, model) };
}

/** A training step is compiled for shapes, and activations are kept in them. */
function requireFixedShapes(id: string, { buckets }: Encoder): void {
  const free = Object.entries(buckets[0] ?? {}).filter(([, shape]) => shape.includes(null));
  if (free.length === 0) return;
  throw new StudyError(
    `backbone ${id}: its inputs ${free.map(([name]) => name).join(', ')} are of any length, which cannot be trained; ` +
      'use a network that reads tokens alone',
  );
}

/** An export may have one length of sequences written into it. */
function withFixedLength(id: string, encoder: Encoder, { graph }: Model): Encoder {
  const isOfTokens = encoder.largestToken !== undefined;
  const declared = isOfTokens ? graph.inputs[0]?.shape?.[1] : undefined;
  if (typeof declared !== 'number') return encoder;
  const name = encoder.inputs[0]?.name as string;
  const only = encoder.buckets.findIndex((shapes) => shapes[name]?.[0] === declared);
  if (only < 0) {
    throw new StudyError(
      `backbone ${id}: its graph takes sequences of exactly ${declared} tokens; set the preprocessing's maxLength to ${declared}`,
    );
  }
  return {
    ...encoder,
    buckets: [encoder.buckets[only] as Shapes],
    bucketOf: () => 0,
    blank: () => encoder.blank(only),
    encode: (example, view) => encoder.encode(example, view, only),
  };
}

/** A tokenizer of another model gives ids that this one has no embedding for. */
function requireTokens(
  id: string,
  { preprocessing }: ReadyBackbone,
  { largestToken }: Encoder,
  { graph }: Model,
): void {
  if (preprocessing.kind !== 'text' || largestToken === undefined) return;
  const embedding = graph.nodes.find(
    ({ opType, inputs }) =>
      opType === 'Gather' &&
      inputs[1] === preprocessing.inputs.ids &&
      graph.initializers.has(inputs[0] ?? ''),
  );
  const rows = graph.initializers.get(embedding?.inputs[0] ?? '')?.dims[0];
  if (rows === undefined) return;
  const largest = largestToken();
  if (largest < rows) return;
  throw new StudyError(
    `backbone ${id}: its tokenizer has ${largest + 1} tokens and the model knows ${rows}, so they do not belong together; ` +
      "put the model's own tokenizer files beside it",
  );
}
