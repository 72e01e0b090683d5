import { EngineError, type Trainer } from '@espalier/engine';
import type { Predictions } from '@espalier/metrics';
import type { Labels, Task } from '@espalier/tasks';
import type { Activations } from '../caching/activations.js';
import type { Looked } from '../caching/look.js';
import { batchesOf } from '../caching/batches.js';
import { labelsOf } from '../study/examples.js';

export interface PredictOptions {
  readonly trainer: Trainer;
  readonly activations: Activations;
  readonly depth: number;
  readonly kind: Task;
  readonly labels: Labels;
  readonly signal?: AbortSignal;
}

/** The probability of each label for examples, as the trainer's weights stand. */
export async function predictAll(options: PredictOptions, looked: readonly Looked[]): Promise<Predictions> {
  const { trainer, activations, depth, kind, labels, signal } = options;
  const width = labels.names.length;
  const probabilities = new Float32Array(looked.length * width);
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
    const outputs = await trainer.evaluate(examples, items.length, bucket);
    requireFinite(outputs);
    const rows = kind.decode(outputs, labels);
    items.forEach(({ place }, i) => {
      probabilities.set(rows.subarray(i * width, (i + 1) * width), place * width);
    });
  }
  return { probabilities, labels: labelsOf(looked.map(({ example }) => example)) };
}

/** The step checks its loss before the update, so that weights can diverge at the last step of an epoch. */
function requireFinite(outputs: Float32Array): void {
  if (outputs.every(Number.isFinite)) return;
  throw new EngineError('the weights diverged: the learning rate is too high');
}
