import { crossEntropyTargets } from '@espalier/autodiff';
import type { Engine, Trainer } from '@espalier/engine';
import { extractModel, float32, traceModel, type Model, type Tensor } from '@espalier/onnx';
import { createRandom } from '@espalier/base/random';
import { INPUT_SIZE } from '../network.js';
import { rateAt } from '../schedule.js';
import { trainerWithoutHead } from '../trainer.js';
import type { Examples, Task } from './examples.js';

export interface Recipe {
  readonly name: string;
  /** The tensor up to which the network stays as it is; `image` trains all of it. */
  readonly cut: string;
  readonly rate: number;
}

export interface Budget {
  readonly epochs: number;
  readonly batch: number;
}

export interface Measured {
  readonly accuracy: number;
  readonly loss: number;
}

export interface Outcome {
  readonly recipe: Recipe;
  readonly train: Measured;
  readonly validation: Measured;
  readonly test: Measured;
}

const WEIGHT_DECAY = 0.05;
const LABEL_SMOOTHING = 0.1;

/** Trains the layers after the cut and a new head; each epoch shows each picture or its mirror image. */
export async function fineTune(
  engine: Engine,
  model: Model,
  recipe: Recipe,
  budget: Budget,
  { task, test, seed }: { readonly task: Task; readonly test: Examples; readonly seed: number },
): Promise<Outcome> {
  const { suffix, dims, encode } = await splitModel(engine, model, recipe.cut);
  const train = await encode(task.train);
  const trainer = await trainerWithoutHead(engine, suffix, dims, task.classes, budget.batch);
  try {
    await runEpochs(trainer, recipe, budget, { train, flipped: await encode(task.flipped), seed });
    const scoreOn = async (examples: Examples): Promise<Measured> =>
      score(trainer, recipe.cut, await encode(examples));
    return {
      recipe,
      train: await score(trainer, recipe.cut, train),
      validation: await scoreOn(task.validation),
      test: await scoreOn(test),
    };
  } finally {
    await trainer.dispose();
  }
}

interface TrainingData {
  readonly train: Examples;
  readonly flipped: Examples;
  readonly seed: number;
}

async function runEpochs(
  trainer: Trainer,
  { cut, rate }: Recipe,
  { epochs, batch }: Budget,
  { train, flipped, seed }: TrainingData,
): Promise<void> {
  const random = createRandom(seed, 'fine-tune');
  const classes = trainer.targetWidth;
  const perEpoch = Math.ceil(train.labels.length / batch);
  const rows = train.labels.map((_, row) => row);
  for (let step = 0, order = rows; step < epochs * perEpoch; step++) {
    const place = step % perEpoch;
    if (place === 0) order = random.shuffle(rows);
    const chosen = order.slice(place * batch, (place + 1) * batch);
    const pictures = chosen.map((row) => (random.uniform() < 0.5 ? train : flipped).images[row]);
    const labels = chosen.map((row) => train.labels[row] as number);
    await trainer.step({
      examples: { [cut]: joined(pictures as Float32Array[]) },
      targets: crossEntropyTargets(labels, batch, { classes, labelSmoothing: LABEL_SMOOTHING }),
      rates: [rateAt(step, epochs * perEpoch, rate)],
      weightDecay: WEIGHT_DECAY,
      clip: 1,
    });
  }
}

interface SplitNetwork {
  readonly suffix: Model;
  /** Shape of one example at the cut. */
  readonly dims: readonly number[];
  /** Inputs of the network to inputs of the suffix. */
  readonly encode: (examples: Examples) => Promise<Examples>;
}

async function splitModel(engine: Engine, model: Model, cut: string): Promise<SplitNetwork> {
  const input = [3, INPUT_SIZE, INPUT_SIZE];
  if (cut === 'image') return { suffix: model, dims: input, encode: (examples) => Promise.resolve(examples) };
  const size = 3 * INPUT_SIZE ** 2;
  const { tensors } = await traceModel(model, { image: float32([1, ...input], new Float32Array(size)) });
  const prefix = extractModel(model, ['image'], [cut], tensors);
  const encodeAll = async (images: readonly Float32Array[]): Promise<Float32Array[]> => {
    const forward = await engine.compileForward(prefix);
    const encoded: Float32Array[] = [];
    for (const image of images) {
      const { [cut]: result } = await forward.run({ image: float32([1, ...input], image) });
      encoded.push((result as Tensor).data as Float32Array);
    }
    await forward.dispose();
    return encoded;
  };
  return {
    suffix: extractModel(model, [cut], ['features'], tensors),
    dims: tensors.get(cut)?.dims.slice(1) ?? [],
    encode: async ({ labels, images }) => ({ labels, images: await encodeAll(images) }),
  };
}

async function score(trainer: Trainer, input: string, { images, labels }: Examples): Promise<Measured> {
  let [right, loss] = [0, 0];
  for (let start = 0; start < labels.length; start += trainer.batch) {
    const part = images.slice(start, start + trainer.batch);
    const logits = await trainer.evaluate({ [input]: joined(part) }, part.length);
    const classes = logits.length / part.length;
    part.forEach((_, row) => {
      const scores = [...logits.subarray(row * classes, (row + 1) * classes)];
      const label = labels[start + row] as number;
      const largest = Math.max(...scores);
      const total = scores.reduce((sum, value) => sum + Math.exp(value - largest), 0);
      if (scores.indexOf(largest) === label) right++;
      loss += Math.log(total) + largest - (scores[label] as number);
    });
  }
  return { accuracy: right / labels.length, loss: loss / labels.length };
}

function joined(parts: readonly Float32Array[]): Float32Array {
  const whole = new Float32Array(parts.reduce((sum, part) => sum + part.length, 0));
  let offset = 0;
  for (const part of parts) {
    whole.set(part, offset);
    offset += part.length;
  }
  return whole;
}
