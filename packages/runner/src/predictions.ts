import { EngineError, type Trainer } from '@espalier/engine';
import { logLoss, predictedLabels, type Predictions } from '@espalier/metrics';
import { sizeOf } from '@espalier/onnx';
import type { Activations, Looked } from './activations.js';
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
  readonly input: string;
  readonly classes: number;
  readonly signal?: AbortSignal;
}

/** Class probabilities of examples as the trainer's weights stand. */
export async function predictAll(options: PredictOptions, looked: readonly Looked[]): Promise<Predictions> {
  const { trainer, activations, depth, input, classes, signal } = options;
  const size = sizeOf(activations.dims(depth));
  const probabilities = new Float32Array(looked.length * classes);
  const buffer = new Float32Array(trainer.batch * size);
  for (let start = 0; start < looked.length; start += trainer.batch) {
    signal?.throwIfAborted();
    const part = looked.slice(start, start + trainer.batch);
    const rows = buffer.subarray(0, part.length * size);
    await activations.read(depth, part, rows);
    const logits = await trainer.evaluate({ [input]: rows }, part.length);
    requireFinite(logits);
    probabilities.set(softmaxRows(logits, classes), start * classes);
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
