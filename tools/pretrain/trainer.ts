import { createOnnxEngine, initialiseModel, type Engine, type Trainer } from '@espalier/engine';
import { float32, normaliseModel, type Model } from '@espalier/onnx';
import { compileWholeTrainer } from '../wholeTrainer.js';
import { drawBatch, inputOf, type Batch, type PretrainingTask } from './task.js';

/** One thread: the result does not depend on the machine's cores, and another core draws examples. */
const engine = createOnnxEngine({ threads: 1 });

/** The network with random weights calibrated on examples of the task. */
export function freshNetwork(task: PretrainingTask, seed: number): Promise<Model> {
  const { examples } = drawBatch(task, 32, 1, 'calibration', seed);
  const feeds = { [inputOf(task.network)]: float32([32, ...task.dims], examples) };
  return initialiseModel(engine, normaliseModel(task.network), feeds, { seed });
}

/** A trainer of all weights of the network that is pre-trained, with a head of zeros. */
export const createPretrainer = (model: Model, task: PretrainingTask, batch: number): Promise<Trainer> =>
  trainerWithoutHead(engine, model, task.dims, task.set.classes.length, batch);

/**
 * A trainer of all weights of a suffix, with a head of zeros.
 *
 * @param dims shape of one example of its input
 */
export const trainerWithoutHead = (
  on: Engine,
  suffix: Model,
  dims: readonly number[],
  classes: number,
  batch: number,
): Promise<Trainer> =>
  compileWholeTrainer(
    on,
    {
      suffix,
      buckets: [{ [inputOf(suffix)]: dims }],
      batch,
      pooling: 'mean',
      outputs: classes,
      optimizer: { kind: 'adamw' },
      clip: true,
    },
    (width) => ({
      weight: float32([width, classes], new Float32Array(width * classes)),
      bias: float32([classes], new Float32Array(classes)),
    }),
  );

/** Share of the examples whose class has the largest logit. */
export async function accuracyOf(
  trainer: Trainer,
  input: string,
  { examples, labels }: Batch,
): Promise<number> {
  const size = examples.length / labels.length;
  let right = 0;
  for (let start = 0; start < labels.length; start += trainer.batch) {
    const rows = Math.min(trainer.batch, labels.length - start);
    const part = examples.subarray(start * size, (start + rows) * size);
    const logits = await trainer.evaluate({ [input]: part }, rows);
    const width = logits.length / rows;
    for (let row = 0; row < rows; row++) {
      const scores = logits.subarray(row * width, (row + 1) * width);
      if (scores.indexOf(Math.max(...scores)) === labels[start + row]) right++;
    }
  }
  return right / labels.length;
}
