import { join } from 'node:path';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { losses } from '@espalier/autodiff';
import { classLabels, openEncoder, plainView } from '@espalier/data';
import { writePictures } from '@espalier/data/testing';
import { metrics, predictedLabels } from '@espalier/metrics';
import { float32, node, readModel, writeModel } from '@espalier/onnx';
import { gainOf, ranked } from '@espalier/study';
import { tasks, type Labels, type Task } from '@espalier/tasks';
import { cardOf } from '../answer/export.js';
import { modelOfTrial } from '../answer/finish.js';
import { openPredictor, predictEach } from '../predicting/predictor.js';
import { currentOffer } from './offer.js';
import { runStudy, type StudyResult } from './study.js';
import { list, temporaryFolder, tinyBackbone, tinyOptions, tinySettings } from '../testing/fixtures.js';

/** Cumulative probabilities stay this far from 0 and 1. */
const MARGIN = 1e-3;

const thresholdsOf = ({ names }: Labels): number => names.length - 1;

/**
 * Ordinal regression for a test: an output for each threshold k estimates whether a label is above it
 * (Frank & Hall, 2001).
 */
const ordinal: Task = {
  ...tasks.get('classification'),
  labels: {
    ...classLabels,
    // The order is the reverse of the names', and the two lowest are one stratum.
    find: (rows) => {
      const { classes, labels, notes } = classLabels.find(rows);
      const last = classes.length - 1;
      return { classes: classes.toReversed(), labels: labels.map((label) => last - label), notes };
    },
    stratum: (label) => Math.max(0, label - 1),
  },
  answer: (probabilities, names) =>
    names.map((label, i) => ({ label, probability: probabilities[i] ?? NaN })),
  metrics: ['absoluteError', 'accuracy'],
  outputs: thresholdsOf,
  loss: 'absolute',
  targets: (labels, rows, { labels: space }) => {
    const thresholds = thresholdsOf(space);
    const targets = new Float32Array(rows * 2 * thresholds);
    labels.forEach((label, row) => {
      for (let k = 0; k < thresholds; k++) {
        targets[row * 2 * thresholds + k] = label > k ? 1 : 0;
        targets[row * 2 * thresholds + thresholds + k] = 1 / (labels.length * thresholds);
      }
    });
    return targets;
  },
  decode: (outputs, space) => {
    const thresholds = thresholdsOf(space);
    return Float32Array.from({ length: (outputs.length / thresholds) * space.names.length }, (_, at) => {
      const row = Math.floor(at / space.names.length);
      const above = (k: number): number =>
        Math.min(1 - MARGIN, Math.max(MARGIN, outputs[row * thresholds + k] as number));
      const parts = space.names.map((_, c) =>
        Math.max(MARGIN, (c === 0 ? 1 : above(c - 1)) - (c === thresholds ? 0 : above(c))),
      );
      return (parts[at % space.names.length] as number) / parts.reduce((a, b) => a + b, 0);
    });
  },
  decoding: (outputs, probabilities, space) => {
    const thresholds = thresholdsOf(space);
    // Zeros above the last threshold and a one below the first, as a product with the clipped outputs and a shift.
    const before = Array.from({ length: thresholds * space.names.length }, (_, at) => {
      const [k, c] = [Math.floor(at / space.names.length), at % space.names.length];
      return (c - 1 === k ? 1 : 0) - (c === k ? 1 : 0);
    });
    return {
      nodes: [
        node('Clip', [outputs, 'ordinal_low', 'ordinal_high'], ['ordinal_above']),
        node('MatMul', ['ordinal_above', 'ordinal_steps'], ['ordinal_differences']),
        node('Add', ['ordinal_differences', 'ordinal_first'], ['ordinal_shifted']),
        node('Max', ['ordinal_shifted', 'ordinal_low'], ['ordinal_parts']),
        node('ReduceSum', ['ordinal_parts', 'ordinal_axis'], ['ordinal_sum']),
        node('Div', ['ordinal_parts', 'ordinal_sum'], [probabilities]),
      ],
      initializers: new Map([
        ['ordinal_low', float32([], [MARGIN])],
        ['ordinal_high', float32([], [1 - MARGIN])],
        ['ordinal_steps', float32([thresholds, space.names.length], before)],
        [
          'ordinal_first',
          float32(
            [space.names.length],
            space.names.map((_, c) => (c === 0 ? 1 : 0)),
          ),
        ],
        ['ordinal_axis', { dtype: 'int64' as const, dims: [1], data: BigInt64Array.of(1n) }],
      ]),
    };
  },
  beginsFitted: false,
};

let root: string;
let remove: () => Promise<void>;
const removals: (() => void)[] = [];
let steps = 0;

beforeAll(async () => {
  ({ path: root, remove } = await temporaryFolder());
  await writePictures(join(root, 'pictures'), 30);
  removals.push(
    tasks.register('ordinal', ordinal),
    metrics.register('absoluteError', {
      label: 'Absolute error',
      direction: 'minimise',
      unit: 'number',
      measure: (predictions) => {
        const gaps = predictedLabels(predictions).map((found, i) =>
          Math.abs(found - (predictions.labels[i] as number)),
        );
        return gaps.reduce((a, b) => a + b, 0) / gaps.length;
      },
    }),
    // sum(w |z - t|), smooth near 0; the targets end in the weights.
    losses.register('absolute', {
      targetWidth: (outputs) => 2 * outputs,
      nodes: (m, prediction, targets) => {
        steps++;
        const outputs = m.dims(prediction)[1] as number;
        const wanted = m.slice(targets, [1], [0], [outputs]);
        const weight = m.slice(targets, [1], [outputs], [2 * outputs]);
        const error = m.sub(prediction, wanted);
        const size = m.sqrt(m.add(m.mul(error, error), 1e-4));
        return { loss: m.sum(m.mul(weight, size), [0, 1]), gradient: m.mul(weight, m.div(error, size)) };
      },
    }),
  );
});
afterAll(async () => {
  for (const take of removals) take();
  await remove();
});

const run = async (name: string, change: Parameters<typeof tinySettings>[1]): Promise<StudyResult> =>
  runStudy(tinySettings(root, { baseline: false, budget: { trials: 3, epochs: 12 }, ...change }), {
    ...tinyOptions(root, name),
    backbones: [await tinyBackbone(root)],
  });

it('is added by one entry: a study of it searches, is chosen by its metric, and writes a model', async () => {
  expect(currentOffer().tasks).toEqual(['classification', 'ordinal']);
  expect(currentOffer().objectives.map(({ name }) => name)).toContain('absoluteError');
  const result = await run('ordinal', {
    task: 'ordinal',
    space: { learningRate: list(1e-2), freezeDepth: list(2, 4) },
  });
  const { header, trials, session, folder } = result;
  // Its labels are read, spread and answered in its own order.
  const { classes, splits } = session.data;
  expect(classes).toEqual(classes.toSorted().toReversed());
  const shareOf = (split: 'train' | 'test'): number =>
    splits[split].filter(({ label }) => label < 2).length / splits[split].length;
  expect(shareOf('test')).toBeCloseTo(shareOf('train'), 1);
  expect(header.objective).toEqual({
    name: 'absoluteError',
    label: 'Absolute error',
    direction: 'minimise',
    unit: 'number',
  });
  expect(steps).toBeGreaterThan(0);
  const [best] = ranked(trials);
  expect(best).toBeDefined();
  if (best === undefined) return;
  const [first, last] = [best.epochs[0], best.epochs.at(-1)];
  for (const epoch of best.epochs) expect(Object.keys(epoch.metrics)).toEqual(['absoluteError', 'accuracy']);
  expect(gainOf(last ?? { metrics: {} }, header.objective)).toBeLessThanOrEqual(0);
  expect(last?.trainLoss).toBeLessThan(first?.trainLoss ?? 0);

  // The trial's own file ends in the task's decoding: plain ONNX Runtime gives the recorded metric.
  const [{ prepared }] = session.candidates as [StudyResult['session']['candidates'][number]];
  const path = join(folder, 'ordinal.onnx');
  const facts = { folder, settings: session.settings, classes: session.data.classes };
  await writeModel(path, await modelOfTrial(facts, { prepared }, best));
  expect(cardOf(await readModel(path), path).task).toBe('ordinal');
  const predictor = await openPredictor(folder);
  const [answer] = await predictEach(predictor, splits.test.slice(0, 1));
  await predictor.dispose();
  const answered = answer?.kind === 'predicted' ? answer.labels.map(({ label }) => label) : [];
  expect(answered).toEqual(classes);
  const plain = await InferenceSession.create(path, { logSeverityLevel: 3 });
  const [input] = plain.inputNames as [string];
  const encoder = await openEncoder(prepared.loaded.preprocessing, input);
  const shape = encoder.buckets[0]?.[input] as number[];
  const rows: number[][] = [];
  const { validation } = session.data.splits;
  for (const example of validation) {
    const image = (await encoder.encode(example, plainView('image'), 0))[input] as Float32Array;
    const outputs = await plain.run({ [input]: new Tensor('float32', image, [1, ...shape]) });
    rows.push([...(outputs['probabilities']?.data as Float32Array)]);
    expect(outputs['logits']?.dims).toEqual([1, 2]);
  }
  const predictions = { probabilities: rows, labels: validation.map(({ label }) => label) };
  const kept = best.epochs.map(({ validationLoss }) => validationLoss);
  expect(Math.min(...kept.map((loss) => Math.abs(loss - ordinal.meanLoss(predictions))))).toBeLessThan(1e-5);
});

it('lets any metric choose a study', async () => {
  const { header, trials } = await run('macro', { objective: 'macroF1' });
  expect(header.objective).toMatchObject({ name: 'macroF1', direction: 'maximise', unit: 'share' });
  for (const { epochs } of trials) {
    for (const { metrics: found } of epochs) expect(Object.keys(found)).toEqual(['accuracy', 'macroF1']);
  }
});

it.each([
  [
    'task',
    { task: 'regresion' },
    /task cannot be used: there is no task 'regresion'; there are classification/,
  ],
  ['objective', { objective: 'f1' }, /there is no metric 'f1'; there are accuracy, balancedAccuracy/],
])('refuses a %s that there is not before anything is read', async (_, change, message) => {
  await expect(run('refused', change)).rejects.toThrow(message);
});
