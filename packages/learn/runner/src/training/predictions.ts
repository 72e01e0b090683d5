import { EngineError, type Examples, type HeadsTrainer, type Trainer } from '@espalier/engine';
import type { Predictions } from '@espalier/metrics';
import { lookUp } from '@espalier/onnx';
import type { Labels, Task } from '@espalier/tasks';
import type { Activations } from '../caching/activations.js';
import type { Looked } from '../caching/look.js';
import { batchesOf, type Batch } from '../caching/batches.js';
import { labelsOf } from '../study/examples.js';

/** What predictions are read from, and how they are decoded. */
export interface PredictSource {
  readonly activations: Activations;
  readonly depth: number;
  readonly kind: Task;
  readonly labels: Labels;
  readonly signal?: AbortSignal;
}

export interface PredictOptions extends PredictSource {
  readonly trainer: Trainer;
}

/** An example, and where its prediction goes. */
interface Placed {
  readonly one: Looked;
  readonly place: number;
}

/** The probability of each label for examples, as the trainer's weights stand. @throws EngineError where they diverged */
export async function predictAll(options: PredictOptions, looked: readonly Looked[]): Promise<Predictions> {
  const { trainer } = options;
  const rows = createRows(options, looked.length);
  await readBatches(options, looked, trainer.batch, async (examples, { bucket, items }) => {
    const outputs = await trainer.evaluate(examples, items.length, bucket);
    if (!isFinite(outputs)) throw diverged();
    rows.put(items, outputs);
  });
  return { probabilities: rows.probabilities, labels: labelsOf(looked.map(({ example }) => example)) };
}

/** What each head answers, or why it answers nothing. */
export async function predictHeads(
  source: PredictSource,
  trainer: HeadsTrainer,
  looked: readonly Looked[],
): Promise<Map<string, Predictions | EngineError>> {
  const labels = labelsOf(looked.map(({ example }) => example));
  const all = new Map(trainer.names().map((name) => [name, createRows(source, looked.length)]));
  const failed = new Map<string, EngineError>();
  await readBatches(source, looked, trainer.batch, async (examples, { bucket, items }) => {
    for (const [name, outputs] of await trainer.evaluate(examples, items.length, bucket)) {
      if (isFinite(outputs)) lookUp(all, name).put(items, outputs);
      else failed.set(name, diverged());
    }
  });
  return new Map(
    [...all].map(([name, { probabilities }]) => [name, failed.get(name) ?? { probabilities, labels }]),
  );
}

/** The step checks its loss before the update, so that weights can diverge at the last step of an epoch. */
const isFinite = (outputs: Float32Array): boolean => outputs.every(Number.isFinite);

const diverged = (): EngineError => new EngineError('the weights diverged: the learning rate is too high');

/** Reads the cached activations of examples batch by batch. */
async function readBatches(
  { activations, depth, signal }: PredictSource,
  looked: readonly Looked[],
  size: number,
  take: (examples: Examples, batch: Batch<Placed>) => Promise<void>,
): Promise<void> {
  const places = looked.map((one, place): Placed => ({ one, place }));
  for (const batch of batchesOf(places, size, ({ one }) => activations.bucketOf(one.example))) {
    signal?.throwIfAborted();
    const items = batch.items.map(({ one }) => one);
    await take(await activations.read(depth, items, batch.bucket), batch);
  }
}

/** Rows of probabilities, [examples, labels], that fill up batch by batch. */
interface Rows {
  readonly probabilities: Float32Array;
  readonly put: (items: readonly Placed[], outputs: Float32Array) => void;
}

function createRows({ kind, labels }: PredictSource, examples: number): Rows {
  const width = labels.names.length;
  const probabilities = new Float32Array(examples * width);
  return {
    probabilities,
    put: (items, outputs) => {
      const rows = kind.decode(outputs, labels);
      items.forEach(({ place }, i) => {
        probabilities.set(rows.subarray(i * width, (i + 1) * width), place * width);
      });
    },
  };
}
