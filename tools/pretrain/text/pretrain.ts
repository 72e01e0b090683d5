import { crossEntropyTargets } from '@espalier/autodiff';
import { createOnnxEngine, type Trainer } from '@espalier/engine';
import {
  float32,
  headNames,
  normaliseModel,
  trainableNames,
  withWeights,
  type Model,
  type Tensor,
} from '@espalier/onnx';
import { createRandom } from '@espalier/base/random';
import { compileWholeTrainer } from '../../wholeTrainer.js';
import { rateAt } from '../schedule.js';
import { hasEnough, maskTokens, positionsOf } from './masks.js';
import { buildNetwork, WIDTH, withPositions, wordWeights } from './network.js';
import { vectorOf, WORD_WIDTH, type WordVectors } from './words.js';

const WEIGHT_DECAY = 0.01;
const CLIP = 1;
const SHOWN_EVERY = 50;
const HEAD_SCALE = 0.1;

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
  readonly words: WordVectors;
  /** Only tokens below this id, the most frequent ones, are hidden and asked for. */
  readonly asked: number;
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

/** Trains the blocks of the masked-language network from random weights; the vectors of words stay. */
export async function pretrainText(options: TextPretrainOptions): Promise<PretrainedText> {
  const { words, asked, seed, steps, batch, length } = options;
  const sequences = options.sequences.filter((sequence) => hasEnough(sequence, asked));
  const model = normaliseModel(buildNetwork(words, seed));
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
      const { ids, places, answers } = maskTokens(rows, asked, seed, step);
      const { loss } = await trainer.step({
        examples: { input_ids: ids, attention_mask: mask, asked_places: places },
        targets: crossEntropyTargets(answers, answers.length, { classes: asked }),
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
  const { batch, length, asked, threads } = options;
  const suffix = withPositions(model);
  return compileWholeTrainer(
    createOnnxEngine(threads === undefined ? {} : { threads }),
    {
      suffix,
      buckets: [{ input_ids: [length], attention_mask: [length], asked_places: [positionsOf(length)] }],
      batch,
      outputs: asked,
      optimizer: { kind: 'adamw' },
      clip: true,
    },
    () => ({ weight: lookingFor(model, options), bias: float32([asked], new Float32Array(asked)) }),
    trainableNames(suffix.graph).filter((name) => !wordWeights.includes(name)),
  );
}

/**
 * A head that begins by looking for the token's own vector, as the blocks see it, learns much faster
 * than one of zeros.
 */
function lookingFor({ graph }: Model, { words, asked }: TextPretrainOptions): Tensor {
  const entry = graph.initializers.get('entry.weight')?.data as Float32Array;
  const values = new Float32Array(WIDTH * asked);
  for (let token = 0; token < asked; token++) {
    const vector = vectorOf(words, token);
    for (let j = 0; j < WIDTH; j++) {
      let sum = 0;
      for (let i = 0; i < WORD_WIDTH; i++) sum += (vector[i] as number) * (entry[i * WIDTH + j] as number);
      values[j * asked + token] = HEAD_SCALE * Math.sqrt(WORD_WIDTH) * sum;
    }
  }
  return float32([WIDTH, asked], values);
}

async function guess(
  trainer: Trainer,
  sequences: readonly (readonly number[])[],
  { batch, length, asked, seed }: TextPretrainOptions,
): Promise<Pick<PretrainedText, 'heldOutLoss' | 'heldOutAccuracy'>> {
  const mask = new BigInt64Array(batch * length).fill(1n);
  let [loss, hits, count] = [0, 0, 0];
  for (let start = 0; start + batch <= sequences.length; start += batch) {
    const { ids, places, answers } = maskTokens(
      sequences.slice(start, start + batch),
      asked,
      seed,
      'held out',
      start,
    );
    const logits = await trainer.evaluate(
      { input_ids: ids, attention_mask: mask, asked_places: places },
      answers.length,
    );
    answers.forEach((answer, i) => {
      const row = logits.subarray(i * asked, (i + 1) * asked);
      const most = row.reduce((a, b) => Math.max(a, b), -Infinity);
      const total = row.reduce((sum, value) => sum + Math.exp(value - most), 0);
      loss += Math.log(total) - ((row[answer] as number) - most);
      if (row[answer] === most) hits++;
      count++;
    });
  }
  return { heldOutLoss: loss / count, heldOutAccuracy: hits / count };
}
