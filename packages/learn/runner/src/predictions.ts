import { EngineError, type Trainer } from '@espalier/engine';
import { logLoss, predictedLabels, type Predictions } from '@espalier/metrics';
import type { Activations, Looked } from './activations.js';
import { lossesOf } from '@espalier/probes';
import { batchesOf } from './batches.js';
import { labelsOf } from './examples.js';

/** Softmax of each row of [rows, classes], in double precision. */
export function softmaxRows(logits: Float32Array, classes: number): Float32Array {
  const result = new Float32Array(logits.length);
  for (let start = 0; start < logits.length; start += classes) {
    const row = logits.subarray(start, start + classes);
    const most = row.reduce((a, b) => Math.max(a, b), -Infinity);
    const exponentials = Array.from(row, (z) => Math.exp(z - most));
    const total = exponentials.reduce((a, b) => a + b, 0);
    exponentials.forEach((e, i) => (result[start + i] = e / total));
  }
  return result;
}

export interface PredictOptions {
  readonly trainer: Trainer;
  readonly activations: Activations;
  readonly depth: number;
  readonly classes: number;
  readonly signal?: AbortSignal;
}

/** Class probabilities of examples as the trainer's weights stand. */
export async function predictAll(options: PredictOptions, looked: readonly Looked[]): Promise<Predictions> {
  const { trainer, activations, depth, classes, signal } = options;
  const probabilities = new Float32Array(looked.length * classes);
  const places = looked.map((one, place) => ({ one, place }));
  for (const { bucket, items } of batchesOf(places, trainer.batch, ({ one }) =>
    activations.bucketOf(one.example),
  )) {
    signal?.throwIfAborted();
    const examples = await activations.read(
      depth,
      items.map(({ one }) => one),
      bucket,
    );
    const logits = await trainer.evaluate(examples, items.length, bucket);
    requireFinite(logits);
    const rows = softmaxRows(logits, classes);
    items.forEach(({ place }, i) => {
      probabilities.set(rows.subarray(i * classes, (i + 1) * classes), place * classes);
    });
  }
  return { probabilities, labels: labelsOf(looked.map(({ example }) => example)) };
}

/** The step checks its loss before the update, so that weights can diverge at the last step of an epoch. */
function requireFinite(logits: Float32Array): void {
  if (logits.every(Number.isFinite)) return;
  throw new EngineError('the weights diverged: the learning rate is too high');
}

/** Accuracy 0..1 and log loss in nats. */
export function score(predictions: Predictions): { readonly accuracy: number; readonly loss: number } {
  const predicted = predictedLabels(predictions);
  const hits = predicted.filter((label, i) => label === predictions.labels[i]).length;
  return { accuracy: hits / predicted.length, loss: logLoss(predictions) };
}

/** Log loss of each example in nats. */
export function lossesOfPredictions({ probabilities, labels }: Predictions): Float64Array {
  const flat =
    probabilities instanceof Float32Array ? probabilities : Float32Array.from(probabilities.flat());
  const rows = labels.map((_, row) => row);
  return lossesOf(flat, labels, rows, flat.length / labels.length);
}
