import { crossEntropyTargets, squaredErrorTargets } from '@espalier/autodiff';
import { createRandom } from '@espalier/base/random';
import { float32, headNames, type Model, type Tensor } from '@espalier/onnx';
import { onTestFinished } from 'vitest';
import { dropoutMask } from '../dropout.js';
import type { HeadInput, HeadsSpec, HeadsTrainer, StepInput, Trainer } from '../engine.js';
import { noise, type EngineMaker } from './fixtures.js';

/** The shape of a trial: what steps are compiled for, and how many examples each has. */
export interface Shape extends Pick<HeadsSpec, 'batch' | 'outputs' | 'loss' | 'clip' | 'dropout'> {
  readonly width: number;
  readonly rows: number;
  readonly optimizer: HeadsSpec['optimizer']['kind'];
  readonly seed: number;
}

export const plain: Shape = {
  ...{ width: 12, outputs: 3, batch: 8, rows: 8, seed: 1 },
  ...{ loss: 'crossEntropy', optimizer: 'sgd', clip: true, dropout: false },
};

/** A suffix that gives what it is given, of one input `x`. */
export const nothing = (dims: readonly number[]): Model => ({
  irVersion: 8,
  opsets: new Map([['', 18]]),
  graph: {
    name: 'nothing',
    nodes: [],
    inputs: [{ name: 'x', dtype: 'float32', shape: ['batch', ...dims] }],
    outputs: [{ name: 'x', dtype: 'float32', shape: ['batch', ...dims] }],
    initializers: new Map(),
  },
  metadata: {},
});

/** Epsilon keeps AdamW from making steps of what is nothing but rounding. */
const options = { adamw: { epsilon: 1e-3 }, sgd: {} };

export const specOf = ({ width, optimizer, ...shape }: Shape): HeadsSpec => ({
  ...shape,
  suffix: nothing([width]),
  buckets: [{ x: [width] }],
  pooling: 'none',
  optimizer: { kind: optimizer, options: options[optimizer as keyof typeof options] },
});

export async function headsOf(makeEngine: EngineMaker, spec: HeadsSpec): Promise<HeadsTrainer> {
  const trainer = await (await makeEngine()).compileHeads(spec);
  onTestFinished(() => trainer.dispose());
  return trainer;
}

/** The trainer of one head that the heads are compared with. */
export async function singleOf(makeEngine: EngineMaker, spec: HeadsSpec): Promise<Trainer> {
  const trainer = await (await makeEngine()).compileTrainer({ ...spec, groups: new Map(), headGroup: 0 });
  onTestFinished(() => trainer.dispose());
  return trainer;
}

/** One configuration among those of a search. */
export interface Configuration {
  readonly name: string;
  readonly weights: Map<string, Tensor>;
  readonly inputAt: (step: number) => HeadInput;
}

export function configurations(shape: Shape, count: number): Configuration[] {
  const { width, outputs, clip, dropout, batch, seed } = shape;
  // The weights of one output, or of one feature, are a vector, which does not decay.
  const decays = width > 1 && outputs > 1;
  return Array.from({ length: count }, (_, k) => {
    const random = createRandom(seed, 'configuration', k);
    const fixed = {
      // Higher rates leave the squared error of few examples unstable, which makes much of rounding.
      rate: 10 ** (-3 + 1.5 * random.uniform()),
      weightDecay: decays ? 0.1 * random.uniform() : 0,
      ...(clip && random.uniform() < 0.8 && { clip: random.uniform() }),
    };
    const smoothing = random.uniform() / 2;
    const rate = dropout && random.uniform() < 0.8 ? random.uniform() / 2 : 0;
    const maskAt = (step: number): Float32Array =>
      dropoutMask(createRandom(seed, 'mask', k, step), batch * width, rate);
    return {
      name: `head ${k}`,
      weights: new Map([
        [headNames.weight, noise(`weight ${seed} ${k}`, [width, outputs], 0.3)],
        [headNames.bias, noise(`bias ${seed} ${k}`, [outputs], 0.1)],
      ]),
      inputAt: (step) => ({
        ...fixed,
        targets: targetsOf(shape, step, smoothing),
        ...(rate > 0 && { mask: maskAt(step) }),
      }),
    };
  });
}

function targetsOf(
  { loss, rows, batch, outputs, seed }: Shape,
  step: number,
  labelSmoothing: number,
): Float32Array {
  const random = createRandom(seed, 'labels', step);
  if (loss === 'crossEntropy') {
    const labels = Array.from({ length: rows }, () => random.integer(outputs));
    return crossEntropyTargets(labels, batch, { classes: outputs, labelSmoothing });
  }
  const values = Array.from({ length: rows }, () => Array.from({ length: outputs }, () => random.normal()));
  return squaredErrorTargets(values, batch, outputs);
}

export const examplesAt = ({ rows, width, seed }: Shape, step: number): Record<string, Float32Array> => ({
  x: noise(`examples ${seed} ${step}`, [rows, width]).data as Float32Array,
});

/** The same step for the trainer of one head. */
export const singleInput = (shape: Shape, { inputAt }: Configuration, step: number): StepInput => {
  const { rate, ...given } = inputAt(step);
  return { ...given, rates: [rate], examples: examplesAt(shape, step) };
};

/** Trains all heads by one step. */
export const stepAll = (
  trainer: HeadsTrainer,
  shape: Shape,
  heads: readonly Configuration[],
  step: number,
): ReturnType<HeadsTrainer['step']> =>
  trainer.step({
    examples: examplesAt(shape, step),
    heads: new Map(heads.map(({ name, inputAt }) => [name, inputAt(step)])),
  });

/** Weights of zeros. */
export const zeroWeights = ({ width, outputs }: Shape): Map<string, Tensor> =>
  new Map([
    [headNames.weight, float32([width, outputs], new Float32Array(width * outputs))],
    [headNames.bias, float32([outputs], new Float32Array(outputs))],
  ]);
