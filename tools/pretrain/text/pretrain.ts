import { crossEntropyTargets } from '@espalier/autodiff';
import { createOnnxEngine, type Trainer } from '@espalier/engine';
import { float32, headNames, normaliseModel, withWeights, type Model, type Tensor } from '@espalier/onnx';
import { createRandom } from '@espalier/random';
import { compileWholeTrainer } from '../../wholeTrainer.js';
import { rateAt } from '../schedule.js';
import { maskTokens, placesOf } from './masks.js';
import { buildNetwork, withPlaces } from './network.js';

const WEIGHT_DECAY = 0.01;
const CLIP = 1;
const SHOWN_EVERY = 50;

export interface TextRun {
  readonly seed: number;
  readonly steps: number;
  /** Sequences a step, and tokens of each. */
  readonly batch: number;
  readonly length: number;
  readonly rate: number;
}

export interface TextPretrainOptions extends TextRun {
  /** Packed sequences of `length` tokens; the last ones are held out. */
  readonly sequences: readonly (readonly number[])[];
  readonly vocabulary: number;
  readonly threads?: number;
  readonly onProgress: (line: string) => void;
}

export interface PretrainedText {
  readonly model: Model;
  /** Mean loss of the last steps in nats a hidden token, and that on sequences held out. */
  readonly loss: number;
  readonly heldOutLoss: number;
  /** Share of the hidden tokens of sequences held out that are guessed. */
  readonly heldOutAccuracy: number;
}

/** Trains the masked-language network from random weights. */
export async function pretrainText(options: TextPretrainOptions): Promise<PretrainedText> {
  const { sequences, vocabulary, seed, steps, batch, length } = options;
  const model = normaliseModel(buildNetwork(vocabulary, seed));
  const trainer = await createTrainer(model, options);
  const heldOut = sequences.slice(-8 * batch);
  const trained = sequences.slice(0, -8 * batch);
  const epoch = Math.floor(trained.length / batch);
  const mask = new BigInt64Array(batch * length).fill(1n);
  let order: number[] = [];
  let smoothed = NaN;
  const started = performance.now();
  try {
    for (let step = 0; step < steps; step++) {
      if (step % epoch === 0) order = createRandom(seed, 'order', step).shuffle(trained.map((_, i) => i));
      const at = (step % epoch) * batch;
      const rows = order.slice(at, at + batch).map((i) => trained[i] as readonly number[]);
      const { ids, places, answers } = maskTokens(rows, vocabulary, seed, step);
      const { loss } = await trainer.step({
        examples: { input_ids: ids, attention_mask: mask, asked_places: places },
        targets: crossEntropyTargets(answers, answers.length, { classes: vocabulary }),
        rates: [rateAt(step, steps, options.rate)],
        weightDecay: WEIGHT_DECAY,
        clip: CLIP,
      });
      smoothed = Number.isNaN(smoothed) ? loss : smoothed + (loss - smoothed) / 100;
      if ((step + 1) % SHOWN_EVERY === 0) options.onProgress(lineOf(step + 1, steps, smoothed, started));
    }
    const held = await guess(trainer, heldOut, options);
    const body = [...trainer.weights()].filter(([name]) => !heads.has(name));
    return { model: withWeights(model, new Map(body)), loss: smoothed, ...held };
  } finally {
    await trainer.dispose();
  }
}

const heads = new Set<string>([headNames.weight, headNames.bias]);

function lineOf(done: number, steps: number, loss: number, started: number): string {
  const seconds = (performance.now() - started) / 1000;
  const left = Math.round((seconds / done) * (steps - done));
  return `step ${done}/${steps}  loss ${loss.toFixed(3)}  ${Math.floor(left / 60)} min ${left % 60} s left`;
}

function createTrainer(model: Model, options: TextPretrainOptions): Promise<Trainer> {
  const { batch, length, vocabulary, threads } = options;
  const suffix = withPlaces(model);
  return compileWholeTrainer(
    createOnnxEngine(threads === undefined ? {} : { threads }),
    {
      suffix,
      buckets: [{ input_ids: [length], attention_mask: [length], asked_places: [placesOf(length)] }],
      batch,
      outputs: vocabulary,
      optimizer: { kind: 'adamw' },
      clip: true,
    },
    () => ({
      weight: transposed(suffix.graph.initializers.get('embedding') as Tensor),
      bias: float32([vocabulary], new Float32Array(vocabulary)),
    }),
  );
}

/** A head that begins by looking for the token's own embedding learns much faster than one of zeros. */
function transposed({ dims, data }: Tensor): Tensor {
  const [rows, columns] = dims as [number, number];
  const values = Float32Array.from({ length: rows * columns }, (_, i) =>
    Number(data[(i % rows) * columns + Math.floor(i / rows)]),
  );
  return float32([columns, rows], values);
}

async function guess(
  trainer: Trainer,
  sequences: readonly (readonly number[])[],
  { batch, length, vocabulary, seed }: TextPretrainOptions,
): Promise<Pick<PretrainedText, 'heldOutLoss' | 'heldOutAccuracy'>> {
  const mask = new BigInt64Array(batch * length).fill(1n);
  let [loss, hits, count] = [0, 0, 0];
  for (let start = 0; start + batch <= sequences.length; start += batch) {
    const { ids, places, answers } = maskTokens(
      sequences.slice(start, start + batch),
      vocabulary,
      seed,
      'held out',
      start,
    );
    const logits = await trainer.evaluate(
      { input_ids: ids, attention_mask: mask, asked_places: places },
      answers.length,
    );
    answers.forEach((answer, i) => {
      const row = logits.subarray(i * vocabulary, (i + 1) * vocabulary);
      const most = row.reduce((a, b) => Math.max(a, b), -Infinity);
      const total = row.reduce((sum, value) => sum + Math.exp(value - most), 0);
      loss += Math.log(total) - ((row[answer] as number) - most);
      if (row[answer] === most) hits++;
      count++;
    });
  }
  return { heldOutLoss: loss / count, heldOutAccuracy: hits / count };
}
