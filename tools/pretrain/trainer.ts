import { createOnnxEngine, initialiseModel, type Engine, type Trainer } from '@espalier/engine';
import { float32, headNames, normaliseModel, trainableNames, type Model, type Tensor } from '@espalier/onnx';
import { createRandom } from '@espalier/random';
import type { FormulaSet } from './formula/picture.js';
import { buildNetwork, INPUT_SIZE } from './network.js';

/** One thread: the result does not depend on the machine's cores, and the other cores draw pictures. */
const engine = createOnnxEngine({ threads: 1 });

/** Numbers of one picture. */
export const PICTURE = 3 * INPUT_SIZE * INPUT_SIZE;

export interface Batch {
  readonly image: Float32Array;
  readonly labels: readonly number[];
}

/** Draws `count` pictures of random classes; the same ones for the same seed and keys. */
export function drawBatch(
  set: FormulaSet,
  count: number,
  hardest: number,
  ...keys: readonly (string | number)[]
): Batch {
  const image = new Float32Array(count * PICTURE);
  const labels = Array.from({ length: count }, (_, row) => {
    const label = createRandom('label', ...keys, row).integer(set.classes.length);
    set.draw(label, hardest, image.subarray(row * PICTURE, (row + 1) * PICTURE), ...keys, row);
    return label;
  });
  return { image, labels };
}

/** The network with random weights calibrated on formula pictures. */
export function freshNetwork(set: FormulaSet, seed: number): Promise<Model> {
  const { image } = drawBatch(set, 32, 1, 'calibration', seed);
  const feeds = { image: float32([32, 3, INPUT_SIZE, INPUT_SIZE], image) };
  return initialiseModel(engine, normaliseModel(buildNetwork()), feeds, { seed });
}

/** A trainer of all weights of the network that is pre-trained, with a head of zeros. */
export const createPretrainer = (model: Model, classes: number, batch: number): Promise<Trainer> =>
  trainerWithoutHead(engine, model, [3, INPUT_SIZE, INPUT_SIZE], classes, batch);

/**
 * A trainer of all weights of a suffix, with a head of zeros.
 *
 * @param dims shape of one example of its input
 */
export async function trainerWithoutHead(
  on: Engine,
  suffix: Model,
  dims: readonly number[],
  classes: number,
  batch: number,
): Promise<Trainer> {
  const names = trainableNames(suffix.graph);
  const trainer = await on.compileTrainer({
    suffix,
    buckets: [{ [suffix.graph.inputs[0]?.name as string]: dims }],
    batch,
    pooling: 'mean',
    outputs: classes,
    loss: 'crossEntropy',
    optimizer: { kind: 'adamw' },
    clip: true,
    dropout: false,
    groups: new Map(names.map((name) => [name, 0])),
    headGroup: 0,
  });
  const weights = new Map(names.map((name) => [name, suffix.graph.initializers.get(name) as Tensor]));
  weights.set(headNames.weight, float32([trainer.width, classes], new Float32Array(trainer.width * classes)));
  weights.set(headNames.bias, float32([classes], new Float32Array(classes)));
  trainer.reset(weights);
  return trainer;
}

/** Share of pictures whose class has the largest logit. */
export async function accuracyOf(trainer: Trainer, { image, labels }: Batch): Promise<number> {
  let right = 0;
  for (let start = 0; start < labels.length; start += trainer.batch) {
    const rows = Math.min(trainer.batch, labels.length - start);
    const part = image.subarray(start * PICTURE, (start + rows) * PICTURE);
    const logits = await trainer.evaluate({ image: part }, rows);
    const width = logits.length / rows;
    for (let row = 0; row < rows; row++) {
      const scores = logits.subarray(row * width, (row + 1) * width);
      if (scores.indexOf(Math.max(...scores)) === labels[start + row]) right++;
    }
  }
  return right / labels.length;
}
