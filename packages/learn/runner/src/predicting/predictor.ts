import { stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import {
  ExampleError,
  isOfFiles,
  nouns,
  openEncoder,
  plainView,
  requireText,
  type Content,
  type Encodable,
  type Encoder,
  type Values,
} from '@espalier/data';
import { createOnnxEngine, type Forward, type OnnxEngineOptions } from '@espalier/engine';
import { headNames, readModel, type Model } from '@espalier/onnx';
import { tasks, type Score } from '@espalier/tasks';
import { tokenizerFiles, type Modality } from '@espalier/transfer';
import { batchesOf } from '../caching/batches.js';
import { StudyError } from '../errors.js';
import { cardOf, type EmbeddedCard } from '../answer/export.js';
import { blankFeeds, feedsOf, onlyInputs, type Feeds } from '../backbone/inputs.js';

/** What is classified: an example, or the content of a file that is in memory already. */
export interface Predictable {
  /** What an error calls it. */
  readonly id: string;
  readonly content: Content | { readonly kind: 'bytes'; readonly bytes: Uint8Array };
}

/** An input made ready to run, with those of its bucket. */
export interface PreparedInput {
  readonly bucket: number;
  readonly row: Readonly<Record<string, Values>>;
}

/** A finished model that is open for predictions. */
export interface Predictor {
  /** Of the model's file. */
  readonly path: string;
  readonly card: EmbeddedCard;
  readonly modality: Modality;
  /** @throws ExampleError where the input cannot be read */
  prepare(input: Predictable): Promise<PreparedInput>;
  /** Answers inputs of one bucket together, each as the model's task does. */
  run(inputs: readonly PreparedInput[]): Promise<Score[][]>;
  /** Runs every bucket once, because the first run of a shape is slow. */
  warmUp(): Promise<void>;
  dispose(): Promise<void>;
}

/** What became of one input. */
export type Outcome =
  | { readonly kind: 'predicted'; readonly id: string; readonly labels: readonly Score[] }
  | { readonly kind: 'unreadable'; readonly id: string; readonly error: ExampleError };

/**
 * Opens a model that a search wrote, with the files beside it.
 *
 * @param model its `model.onnx`, or the folder that lies in
 * @throws OnnxError, StudyError, TokenizerError or EngineError where it cannot be used
 */
export async function openPredictor(model: string, options: OnnxEngineOptions = {}): Promise<Predictor> {
  const path = (await isFolder(model)) ? join(model, 'model.onnx') : model;
  const network = await readModel(path);
  const card = cardOf(network, path);
  const input = network.graph.inputs[0]?.name ?? '';
  const encoder = await openEncoder(card.preprocessing, input, assetsIn(dirname(path)));
  requireFit(network, encoder, path);
  const forward = await createOnnxEngine(options).compileForward(network);
  const run = (feeds: Feeds): Promise<Score[][]> => runModel(forward, network, card, feeds);
  return {
    path,
    card,
    modality: encoder.modality,
    prepare: preparerOf(encoder),
    run: async (inputs) => {
      const rows = inputs.map(({ row }) => row);
      return run(feedsOf(encoder, inputs[0]?.bucket ?? 0, rows));
    },
    warmUp: async () => {
      for (const bucket of encoder.buckets.keys()) await run(blankFeeds(encoder, bucket, 1));
    },
    dispose: () => forward.dispose(),
  };
}

/** Classifies inputs, those of a bucket together; the outcomes keep the order of the inputs. */
export async function predictEach(predictor: Predictor, inputs: readonly Predictable[]): Promise<Outcome[]> {
  const outcomes = new Array<Outcome>(inputs.length);
  const readable: { place: number; id: string; prepared: PreparedInput }[] = [];
  const read = async (input: Predictable, place: number): Promise<void> => {
    const { id } = input;
    try {
      readable.push({ place, id, prepared: await predictor.prepare(input) });
    } catch (error) {
      if (!(error instanceof ExampleError)) throw error;
      outcomes[place] = { kind: 'unreadable', id, error };
    }
  };
  await Promise.all(inputs.map(read));
  readable.sort((a, b) => a.place - b.place);
  for (const { items } of batchesOf(readable, inputs.length, ({ prepared }) => prepared.bucket)) {
    const labels = await predictor.run(items.map(({ prepared }) => prepared));
    items.forEach(({ place, id }, i) => {
      outcomes[place] = { kind: 'predicted', id, labels: labels[i] as Score[] };
    });
  }
  return outcomes;
}

const isFolder = async (path: string): Promise<boolean> =>
  (await stat(path).catch(() => null))?.isDirectory() ?? false;

/** Where the files lie that a search writes beside its model. */
export const assetsIn = (folder: string): Record<string, string> =>
  Object.fromEntries(tokenizerFiles.map((name) => [name, join(folder, name)]));

/** The description in a file may be of another network. */
function requireFit({ graph }: Model, encoder: Encoder, path: string): void {
  const made = encoder.inputs.map(({ name }) => name);
  const missing = graph.inputs.map(({ name }) => name).filter((name) => !made.includes(name));
  if (missing.length > 0) {
    throw new StudyError(`${path} asks for ${missing.join(', ')}, which its preprocessing does not make`);
  }
  if (graph.outputs.some(({ name }) => name === headNames.probabilities)) return;
  throw new StudyError(`${path} has no output '${headNames.probabilities}'; export it again`);
}

async function runModel(
  forward: Forward,
  model: Model,
  { labels, task }: EmbeddedCard,
  feeds: Feeds,
): Promise<Score[][]> {
  const { answer } = tasks.get(task ?? 'classification');
  const { [headNames.probabilities]: found } = await forward.run(onlyInputs(model, feeds));
  const values = found?.data as Float32Array;
  const rows = values.length / labels.length;
  return Array.from({ length: rows }, (_, i) =>
    answer(values.subarray(i * labels.length, (i + 1) * labels.length), labels),
  );
}

/** Makes inputs of examples; those that are files in memory have one bucket. */
function preparerOf(encoder: Encoder): Predictor['prepare'] {
  const view = plainView(encoder.modality);
  return async ({ id, content }) => {
    if (content.kind === 'bytes' && !isOfFiles(encoder.modality))
      throw new StudyError(`${id} is a file, and the model classifies ${nouns[encoder.modality]}s`);
    if (content.kind === 'text') requireText(content.text, id);
    const example: Encodable = { id, content };
    const bucket = encoder.bucketOf(example);
    return { bucket, row: await encoder.encode(example, view, bucket) };
  };
}
