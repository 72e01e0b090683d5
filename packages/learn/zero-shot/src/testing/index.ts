import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { piecesOf, writeWordPiece } from '@espalier/data/testing';
import {
  float32,
  int64,
  node,
  scalar,
  writeModel,
  type GraphNode,
  type Model,
  type Tensor,
} from '@espalier/onnx';

/** Words that the small models tell apart: each is one token with an embedding of its own. */
export const knownWords = ['red', 'green', 'blue', 'high', 'low'];
const pieces = piecesOf(knownWords);
const vocabulary = 5 + pieces.length;

/** [vocabulary, width] of zeros but for some words. */
function embeddings(width: number, rows: Readonly<Record<string, readonly number[]>>): Tensor {
  const data = new Float32Array(vocabulary * width);
  for (const [word, row] of Object.entries(rows)) data.set(row, (5 + pieces.indexOf(word)) * width);
  return float32([vocabulary, width], data);
}

interface Parts {
  readonly nodes: readonly GraphNode[];
  readonly inputs: Readonly<Record<string, readonly (string | number)[]>>;
  readonly outputs: readonly string[];
  readonly initializers: Readonly<Record<string, Tensor>>;
}

const modelOf = ({ nodes, inputs, outputs, initializers }: Parts): Model => ({
  irVersion: 8,
  opsets: new Map([['', 18]]),
  metadata: {},
  graph: {
    name: 'pairs',
    nodes,
    inputs: Object.entries(inputs).map(([name, shape]) => ({
      name,
      dtype: name.startsWith('input_ids') || name.startsWith('attention') ? 'int64' : 'float32',
      shape,
    })),
    outputs: outputs.map((name) => ({ name, dtype: 'float32', shape: null })),
    initializers: new Map(Object.entries(initializers)),
  },
});

async function write(folder: string, model: Model, config: object, processor?: object): Promise<void> {
  await mkdir(join(folder, 'onnx'), { recursive: true });
  await writeModel(join(folder, 'onnx', 'model.onnx'), model);
  await writeWordPiece(folder, pieces);
  await writeFile(join(folder, 'config.json'), JSON.stringify(config));
  if (processor !== undefined)
    await writeFile(join(folder, 'preprocessor_config.json'), JSON.stringify(processor));
}

/** An inference model: a pair entails what both its halves say. */
export function writeInferenceModel(folder: string): Promise<void> {
  const own = Object.fromEntries(
    knownWords.map((word, i) => [word, knownWords.map((_, k) => (k === i ? 1 : 0))]),
  );
  const model = modelOf({
    nodes: [
      node('Gather', ['words', 'input_ids'], ['tokens']),
      node('ReduceSum', ['tokens', 'length_axis'], ['counts'], { keepdims: 0 }),
      // A word that is there twice, in the text and in the hypothesis, counts more than two words once.
      node('Mul', ['counts', 'counts'], ['squares']),
      node('ReduceSum', ['squares', 'length_axis'], ['agreement'], { keepdims: 1 }),
      node('Mul', ['agreement', 'minus'], ['against']),
      node('Concat', ['against', 'agreement'], ['logits'], { axis: 1 }),
    ],
    inputs: { input_ids: ['batch', 'length'] },
    outputs: ['logits'],
    initializers: { words: embeddings(knownWords.length, own), length_axis: int64([1]), minus: scalar(-1) },
  });
  const label2id = { contradiction: 0, entailment: 1 };
  const id2label = { 0: 'contradiction', 1: 'entailment' };
  return write(folder, model, {
    model_type: 'bert',
    architectures: ['BertForSequenceClassification'],
    label2id,
    id2label,
  });
}

/** A pairing model: the mean of each channel of a picture against the colour a text names. */
export function writePictureModel(folder: string): Promise<void> {
  const colours = { red: [1, 0, 0], green: [0, 1, 0], blue: [0, 0, 1] };
  const model = modelOf({
    nodes: [
      node('Gather', ['words', 'input_ids'], ['tokens']),
      node('ReduceSum', ['tokens', 'length_axis'], ['text_embeds'], { keepdims: 0 }),
      node('ReduceMean', ['pixel_values', 'places'], ['image_embeds'], { keepdims: 0 }),
      node('Transpose', ['text_embeds'], ['turned'], { perm: [1, 0] }),
      node('MatMul', ['image_embeds', 'turned'], ['products']),
      node('Mul', ['products', 'scale'], ['logits_per_image']),
    ],
    inputs: { input_ids: ['texts', 'length'], pixel_values: ['images', 3, 8, 8] },
    outputs: ['logits_per_image', 'text_embeds', 'image_embeds'],
    initializers: {
      words: embeddings(3, colours),
      length_axis: int64([1]),
      places: int64([2, 3]),
      scale: scalar(10),
    },
  });
  const processor = {
    image_processor_type: 'CLIPImageProcessor',
    feature_extractor_type: 'CLIPFeatureExtractor',
    do_resize: true,
    size: { shortest_edge: 8 },
    do_center_crop: true,
    crop_size: { height: 8, width: 8 },
    do_normalize: false,
    do_rescale: true,
    resample: 2,
  };
  return write(folder, model, { model_type: 'clip', architectures: ['CLIPModel'] }, processor);
}

const BANDS = 64;
/** Of the small model of sounds, in hertz. */
export const SOUND_RATE = 16_000;
/** Samples that it hears of a recording. */
export const SOUND_SAMPLES = 16_000;

/** A pairing model: the level of the low and of the high half of a sound's bands against the word for it. */
export function writeSoundModel(folder: string): Promise<void> {
  const half = (column: number): number[] =>
    Array.from({ length: BANDS }, (_, band) => (Math.floor((2 * band) / BANDS) === column ? 2 / BANDS : 0));
  const [low, high] = [half(0), half(1)];
  const model = modelOf({
    nodes: [
      node('Gather', ['words', 'input_ids'], ['tokens']),
      node('ReduceSum', ['tokens', 'length_axis'], ['text_embeds'], { keepdims: 0 }),
      node('ReduceMean', ['input_features', 'frames'], ['levels'], { keepdims: 0 }),
      node('MatMul', ['levels', 'halves'], ['audio_embeds']),
      node('Transpose', ['text_embeds'], ['turned'], { perm: [1, 0] }),
      node('MatMul', ['audio_embeds', 'turned'], ['products']),
      node('Mul', ['products', 'scale'], ['logits_per_audio']),
    ],
    inputs: { input_ids: ['texts', 'length'], input_features: ['sounds', 1, 'frames', BANDS] },
    outputs: ['logits_per_audio', 'text_embeds', 'audio_embeds'],
    initializers: {
      words: embeddings(2, { low: [1, 0], high: [0, 1] }),
      length_axis: int64([1]),
      frames: int64([1, 2]),
      halves: float32(
        [BANDS, 2],
        low.flatMap((value, band) => [value, high[band] as number]),
      ),
      scale: scalar(0.1),
    },
  });
  const processor = {
    feature_extractor_type: 'ClapFeatureExtractor',
    feature_size: BANDS,
    sampling_rate: SOUND_RATE,
    nb_max_samples: SOUND_SAMPLES,
    nb_frequency_bins: 513,
    fft_window_size: 1024,
    hop_length: 480,
    frequency_min: 50,
    frequency_max: 8000,
    truncation: 'rand_trunc',
    padding: 'repeatpad',
  };
  return write(folder, model, { model_type: 'clap', architectures: ['ClapModel'] }, processor);
}
