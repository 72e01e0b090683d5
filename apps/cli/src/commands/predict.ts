import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { ImageError, loadPreprocessed, preprocessedShape } from '@espalier/data';
import { createOnnxEngine, providers, type Forward, type Provider } from '@espalier/engine';
import { float32, readModel, sizeOf } from '@espalier/onnx';
import { cardOf, type EmbeddedCard } from '@espalier/runner';
import { Command, Option } from 'commander';
import { UsageError } from '../failure.js';
import { parseCount } from '../parse.js';
import { writeLine } from '../view/view.js';

interface PredictOptions {
  readonly top: number;
  readonly batch: number;
  readonly provider: Provider;
  readonly json?: boolean;
}

interface Prediction {
  readonly file: string;
  readonly labels: readonly { readonly label: string; readonly probability: number }[];
}

const imageName = /\.(jpe?g|png|webp|gif|tiff?|avif)$/i;

export const predictCommand = (finish: (code: number) => void): Command =>
  new Command('predict')
    .description('Classify images with a model that a search found.')
    .argument('<model>', 'model.onnx of a search, or the folder it lies in')
    .argument('<inputs...>', 'images, or folders of images')
    .option('--top <count>', 'how many classes to show', parseCount, 1)
    .option('--batch <count>', 'images at once', parseCount, 16)
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
  const files = (await Promise.all(inputs.map(filesOf))).flat();
  if (files.length === 0) throw new UsageError(`there are no images in ${inputs.join(', ')}`);
  const forward = await createOnnxEngine({ provider: options.provider }).compileForward(model);
  const input = model.graph.inputs[0]?.name as string;
  let unreadable = 0;
  for (let start = 0; start < files.length; start += options.batch) {
    const part = files.slice(start, start + options.batch);
    const { predictions, failures } = await predictBatch(forward, input, card, part, options.top);
    for (const prediction of predictions) writeLine(process.stdout, lineOf(prediction, options));
    for (const failure of failures) writeLine(process.stderr, `espalier: ${failure.message}`);
    unreadable += failures.length;
  }
  await forward.dispose();
  return unreadable > 0 ? 1 : 0;
}

async function filesOf(input: string): Promise<string[]> {
  const info = await stat(input).catch(() => null);
  if (info === null) throw new UsageError(`there is no file or folder ${input}`);
  if (!info.isDirectory()) return [input];
  const names = await readdir(input, { recursive: true });
  return names
    .filter((name) => imageName.test(name))
    .sort()
    .map((name) => join(input, name));
}

const isFolder = async (path: string): Promise<boolean> =>
  (await stat(path).catch(() => null))?.isDirectory() ?? false;

async function predictBatch(
  forward: Forward,
  input: string,
  card: EmbeddedCard,
  files: readonly string[],
  top: number,
): Promise<{ predictions: Prediction[]; failures: ImageError[] }> {
  const failures: ImageError[] = [];
  const loaded = await Promise.all(
    files.map((file) =>
      loadPreprocessed(file, card.preprocessing).then(
        (values) => ({ file, values }),
        (error: unknown) => {
          if (!(error instanceof ImageError)) throw error;
          failures.push(error);
          return null;
        },
      ),
    ),
  );
  const readable = loaded.filter((item) => item !== null);
  if (readable.length === 0) return { predictions: [], failures };
  const shape = preprocessedShape(card.preprocessing);
  const images = new Float32Array(readable.length * sizeOf(shape));
  readable.forEach(({ values }, row) => images.set(values, row * values.length));
  const outputs = await forward.run({ [input]: float32([readable.length, ...shape], images) });
  const probabilities = outputs['probabilities']?.data as Float32Array;
  const classes = card.labels.length;
  const predictions = readable.map(({ file }, row) => ({
    file,
    labels: rank(card.labels, probabilities.subarray(row * classes, (row + 1) * classes)).slice(0, top),
  }));
  return { predictions, failures };
}

const rank = (labels: readonly string[], row: Float32Array): Prediction['labels'] =>
  labels
    .map((label, i) => ({ label, probability: row[i] as number }))
    .sort((a, b) => b.probability - a.probability);

function lineOf({ file, labels }: Prediction, { json }: PredictOptions): string {
  if (json === true) return JSON.stringify({ file, labels });
  const parts = labels.map(({ label, probability }) => `${label} ${(100 * probability).toFixed(1)} %`);
  return `${file}\t${parts.join('\t')}`;
}
