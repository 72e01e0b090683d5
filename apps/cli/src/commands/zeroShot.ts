import { counted, readDataset, type Encodable } from '@espalier/data';
import { accuracy, majorityBaseline } from '@espalier/metrics';
import { modelFolder, zeroShot } from '@espalier/sdk';
import { openZeroShot, type Scored, type ZeroShotClassifier } from '@espalier/zero-shot';
import { UsageError } from '../failure.js';
import { parseCount, parseList } from '../parse.js';
import {
  predictionLine,
  sayNote,
  sayPrediction,
  sayUnreadable,
  type PredictionOptions,
} from '../view/prediction.js';
import { reportTransfer } from '../view/transfer.js';
import { percent, writeLine } from '../view/view.js';
import type { Define } from './declare.js';

interface ZeroShotOptions extends PredictionOptions {
  readonly labels?: readonly string[];
  readonly dataset?: string;
  readonly template?: string;
  readonly text?: string;
  readonly label?: string;
  readonly limit?: number;
}

export const defineZeroShot: Define = (command, finish) =>
  command
    .option('--labels <list>', 'names of the classes, separated by commas', parseList)
    .option('--dataset <path>', 'labelled dataset to measure the accuracy on; its classes are the labels')
    .option('--template <sentence>', 'sentence in which {} stands for the label')
    .option('--text <column>', 'text column of a table')
    .option('--label <column>', 'class column of a --dataset table')
    .option('--limit <count>', 'maximum examples of --dataset to classify', parseCount)
    .option('--top <count>', 'number of classes to show', parseCount, 1)
    .option('--json', 'print one JSON object per line')
    .action(async (model: string, inputs: string[], options: ZeroShotOptions) => {
      finish(await classify(model, inputs, options));
    });

async function classify(model: string, inputs: readonly string[], options: ZeroShotOptions): Promise<number> {
  if (options.dataset !== undefined) {
    if (inputs.length > 0) throw new UsageError('give either examples to classify or --dataset, not both');
    return measure(model, options.dataset, options);
  }
  if (inputs.length === 0)
    throw new UsageError('give examples to classify, or a labelled dataset with --dataset');
  if (options.labels === undefined) throw new UsageError('name the classes with --labels');
  const { labels, template, text } = options;
  let unreadable = 0;
  const asked = { labels, template, textColumn: text, onNote: sayNote, onTransfer: reportTransfer };
  for await (const prediction of zeroShot(model, inputs, asked)) {
    if (!sayPrediction(prediction, options)) unreadable++;
  }
  return unreadable > 0 ? 1 : 0;
}

async function open(
  model: string,
  labels: readonly string[],
  { template }: ZeroShotOptions,
): Promise<ZeroShotClassifier> {
  const folder = await modelFolder(model, { onTransfer: reportTransfer });
  return openZeroShot({ folder, labels, ...(template !== undefined && { template }) });
}

/** Classifies a labelled dataset, all of which is unseen: nothing is trained. */
async function measure(model: string, path: string, options: ZeroShotOptions): Promise<number> {
  const { classes, modality, examples } = await readDataset(path, {
    ...(options.text !== undefined && { textColumn: options.text }),
    ...(options.label !== undefined && { labelColumn: options.label }),
  });
  const labels = options.labels ?? classes;
  if (labels.length !== classes.length) {
    throw new UsageError(
      `${path} has ${counted(classes.length, 'class', 'classes')} (${classes.join(', ')}): give as many --labels, in that order`,
    );
  }
  const classifier = await open(model, labels, options);
  try {
    if (classifier.modality !== modality) {
      throw new UsageError(
        `the model classifies ${classifier.modality} examples, but ${path} holds ${modality} examples`,
      );
    }
    const some = examples.slice(0, options.limit);
    writeLine(process.stdout, await summaryOf(classifier, some, labels, options));
    return 0;
  } finally {
    await classifier.dispose();
  }
}

/** Number of examples between two progress lines of a long measurement. */
const SAID_EVERY = 100;

async function summaryOf(
  classifier: ZeroShotClassifier,
  examples: readonly (Encodable & { readonly label: number })[],
  classes: readonly string[],
  options: ZeroShotOptions,
): Promise<string> {
  const rows: number[] = [];
  const truth: number[] = [];
  for (const [done, example] of examples.entries()) {
    const found = await classified(classifier, example);
    if (found === null) continue;
    truth.push(example.label);
    rows.push(...classes.map((label) => found.find((one) => one.label === label)?.probability ?? 0));
    if (options.json === true) writeLine(process.stdout, predictionLine(example.id, found, options));
    else if ((done + 1) % SAID_EVERY === 0) writeLine(process.stdout, `${done + 1} of ${examples.length}`);
  }
  if (truth.length === 0) throw new UsageError('Espalier cannot read any example of the dataset');
  const share = accuracy({ probabilities: Float32Array.from(rows), labels: truth });
  const majority = majorityBaseline(truth, truth).accuracy;
  const { template } = classifier;
  return options.json === true
    ? JSON.stringify({ examples: truth.length, accuracy: share, majority, template })
    : `Accuracy ${percent(share)} of ${counted(truth.length, 'example')} with '${template}'; the most frequent class ${percent(majority)}.`;
}

/** Classifies one example; reports an unreadable one on the error stream and returns null. */
async function classified(classifier: ZeroShotClassifier, example: Encodable): Promise<Scored[] | null> {
  try {
    return await classifier.classify(example);
  } catch (error) {
    sayUnreadable(error);
    return null;
  }
}
