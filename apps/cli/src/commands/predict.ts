import { stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import {
  openEncoder,
  plainView,
  requireText,
  type Encodable,
  type Encoder,
  type Values,
} from '@espalier/data';
import { createOnnxEngine, providers, type Forward, type Provider } from '@espalier/engine';
import { readModel, type Model } from '@espalier/onnx';
import { batchesOf, cardOf, feedsOf, onlyInputs, type EmbeddedCard } from '@espalier/runner';
import { tokenizerFiles } from '@espalier/transfer';
import { Command, Option } from 'commander';
import { examplesOf } from '../inputs.js';
import { parseCount } from '../parse.js';
import { predictionLine, sayUnreadable, type PredictionOptions, type Score } from '../view/prediction.js';
import { writeLine } from '../view/view.js';

interface PredictOptions extends PredictionOptions {
  readonly batch: number;
  readonly provider: Provider;
  readonly text?: string;
}

/** The classes of one example, most probable first. */
interface Prediction {
  readonly id: string;
  readonly labels: readonly Score[];
}

export const predictCommand = (finish: (code: number) => void): Command =>
  new Command('predict')
    .description('Classify images, texts or recordings with a model that a search found.')
    .argument('<model>', 'model.onnx of a search, or the folder it lies in')
    .argument('<inputs...>', 'files or folders; for texts also tables, .txt files of a text a line, or texts')
    .option('--top <count>', 'how many classes to show', parseCount, 1)
    .option('--batch <count>', 'examples at once', parseCount, 16)
    .option('--text <column>', 'column of the text, where a table is given')
    .addOption(new Option('--provider <name>', 'where to run').choices([...providers]).default('cpu'))
    .option('--json', 'one JSON object a line')
    .action(async (model: string, inputs: string[], options: PredictOptions) => {
      finish(await predict(model, inputs, options));
    });

async function predict(
  modelPath: string,
  inputs: readonly string[],
  options: PredictOptions,
): Promise<number> {
  const path = (await isFolder(modelPath)) ? join(modelPath, 'model.onnx') : modelPath;
  const model = await readModel(path);
  const card = cardOf(model, path);
  const encoder = await openEncoder(card.preprocessing, model.graph.inputs[0]?.name ?? '', assetsOf(path));
  const examples = await examplesOf(encoder.modality, inputs, options.text);
  const forward = await createOnnxEngine({ provider: options.provider }).compileForward(model);
  let unreadable = 0;
  for (let start = 0; start < examples.length; start += options.batch) {
    const part = examples.slice(start, start + options.batch);
    const predictions = await predictBatch({ model, forward, encoder, card }, part);
    for (const { id, labels } of predictions) {
      writeLine(process.stdout, predictionLine(id, labels, options));
    }
    unreadable += part.length - predictions.length;
  }
  await forward.dispose();
  return unreadable > 0 ? 1 : 0;
}

/** Where the files lie that a search writes beside its model. */
const assetsOf = (model: string): Record<string, string> =>
  Object.fromEntries(tokenizerFiles.map((name) => [name, join(dirname(model), name)]));

const isFolder = async (path: string): Promise<boolean> =>
  (await stat(path).catch(() => null))?.isDirectory() ?? false;

interface Loaded {
  readonly model: Model;
  readonly forward: Forward;
  readonly encoder: Encoder;
  readonly card: EmbeddedCard;
}

interface Encoded {
  readonly id: string;
  readonly place: number;
  readonly bucket: number;
  readonly row: Readonly<Record<string, Values>>;
}

async function predictBatch(
  { model, forward, encoder, card }: Loaded,
  examples: readonly Encodable[],
): Promise<Prediction[]> {
  const encoded = await Promise.all(
    examples.map((example, place) =>
      encodeOne(encoder, example).then(
        (one) => ({ ...one, id: example.id, place }),
        (error: unknown) => {
          sayUnreadable(error);
          return null;
        },
      ),
    ),
  );
  const readable = encoded.filter((one): one is Encoded => one !== null);
  const predictions: (Prediction & { readonly place: number })[] = [];
  for (const { bucket, items } of batchesOf(readable, examples.length, (one) => one.bucket)) {
    const rows = items.map(({ row }) => row);
    const { probabilities } = await forward.run(onlyInputs(model, feedsOf(encoder, bucket, rows)));
    const classes = card.labels.length;
    items.forEach(({ id, place }, i) => {
      const row = (probabilities?.data as Float32Array).subarray(i * classes, (i + 1) * classes);
      predictions.push({ id, place, labels: rank(card.labels, row) });
    });
  }
  return predictions.sort((a, b) => a.place - b.place);
}

async function encodeOne(encoder: Encoder, example: Encodable): Promise<Pick<Encoded, 'bucket' | 'row'>> {
  if (example.content.kind === 'text') requireText(example.content.text, example.id);
  const bucket = encoder.bucketOf(example);
  const view = plainView(encoder.modality);
  return { bucket, row: await encoder.encode(example, view, bucket) };
}

const rank = (labels: readonly string[], row: Float32Array): Prediction['labels'] =>
  labels
    .map((label, i) => ({ label, probability: row[i] as number }))
    .sort((a, b) => b.probability - a.probability);
