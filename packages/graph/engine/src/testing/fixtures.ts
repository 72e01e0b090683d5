import { crossEntropyTargets } from '@espalier/autodiff';
import {
  at,
  floatsOf,
  lookUp,
  extractModel,
  headNames,
  normaliseModel,
  sizeOf,
  traceModel,
  trainableNames,
  float32,
  type Model,
  type Tensor,
} from '@espalier/onnx';
import { tinyNetwork } from '@espalier/onnx/testing';
import { createRandom } from '@espalier/base/random';
import { onTestFinished } from 'vitest';
import type { Engine, Trainer, TrainerSpec } from '../engine.js';

export const CLASSES = 3;
export const BATCH = 8;

/** Numbers that repeat for the same name, roughly standard normal. */
export function noise(name: string, dims: readonly number[], scale = 1): Tensor {
  const random = createRandom('noise', name);
  return float32(
    dims,
    Float32Array.from({ length: sizeOf(dims) }, () => scale * random.normal()),
  );
}

const tiny = normaliseModel(tinyNetwork({ size: 16 }));

/** Places at which the tiny network can be cut; `flat` leaves the head alone. */
export const cuts = ['image', 'stem_relu', 'down_relu6', 'block_sum', 'flat'] as const;
export type Cut = (typeof cuts)[number];

export const dimsAt: Readonly<Record<Cut, readonly number[]>> = {
  image: [3, 16, 16],
  stem_relu: [8, 8, 8],
  down_relu6: [12, 4, 4],
  block_sum: [12, 4, 4],
  flat: [16],
};

/** The part of the tiny network from a cut to its features. */
export async function suffixFrom(cut: Cut, network: Model = tiny): Promise<Model> {
  const { tensors } = await traceModel(network, { image: noise('image', [1, 3, 16, 16]) });
  return extractModel(network, [cut], ['flat'], tensors);
}

export interface Setup {
  readonly trainer: Trainer;
  readonly spec: TrainerSpec;
  /** Weights to start from, head included. */
  readonly weights: Map<string, Tensor>;
  /** Random examples; the name picks which. */
  readonly examples: (rows: number, name?: string) => Record<string, Float32Array>;
}

/** The engine a suite is about. */
export type EngineMaker = () => Promise<Engine>;

export type MakeTrainer = (cut: Cut, changes?: Partial<TrainerSpec>) => Promise<Setup>;

/** A trainer of everything behind a cut of the tiny network, reset to known weights. */
export const trainersOf =
  (makeEngine: EngineMaker): MakeTrainer =>
  async (cut, changes = {}) => {
    const suffix = changes.suffix ?? (await suffixFrom(cut));
    const names = trainableNames(suffix.graph);
    const spec: TrainerSpec = {
      suffix,
      buckets: [{ [cut]: dimsAt[cut] }],
      batch: BATCH,
      pooling: 'mean',
      outputs: CLASSES,
      loss: 'crossEntropy',
      optimizer: { kind: 'sgd', options: { momentum: 0.9 } },
      clip: false,
      dropout: false,
      groups: new Map(names.map((name) => [name, 0])),
      headGroup: 0,
      ...changes,
    };
    const trainer = await (await makeEngine()).compileTrainer(spec);
    onTestFinished(() => trainer.dispose());
    const weights = new Map(
      [...spec.groups.keys()].map((name) => [name, lookUp(suffix.graph.initializers, name)]),
    );
    weights.set(headNames.weight, noise('head', [trainer.width, spec.outputs], 0.3));
    weights.set(headNames.bias, noise('bias', [spec.outputs], 0.1));
    trainer.reset(weights);
    const examples: Setup['examples'] = (rows, name = 'examples') => ({
      [cut]: floatsOf(noise(name, [rows, ...dimsAt[cut]])),
    });
    return { trainer, spec, weights, examples };
  };

export const labelsOf = (rows: number): number[] =>
  Array.from({ length: rows }, (_, i) => (i * 7 + 1) % CLASSES);

export const targetsOf = (rows: number, batch = BATCH): Float32Array =>
  crossEntropyTargets(labelsOf(rows), batch, { classes: CLASSES });

/** The gradient of each parameter, read from the velocity after one step of momentum at rate 0. */
export async function gradientsOf(
  trainer: Trainer,
  weights: ReadonlyMap<string, Tensor>,
  input: Parameters<Trainer['step']>[0],
): Promise<Map<string, Float32Array>> {
  trainer.reset(weights);
  const rates = new Array<number>(trainer.groupCount).fill(0);
  await trainer.step({ ...input, rates, weightDecay: 0 });
  const { tensors } = trainer.save();
  return new Map(
    [...weights.keys()].map((name) => [name, tensors.get(`${name}__velocity`)?.data as Float32Array]),
  );
}

/** Largest difference, relative to the largest element, or to `least` where that is larger. */
export function difference(a: ArrayLike<number>, b: ArrayLike<number>, least = 1e-9): number {
  if (a.length !== b.length) return Infinity;
  let [most, scale] = [0, least];
  for (let i = 0; i < a.length; i++) {
    const gap = Math.abs(at(a, i) - at(b, i));
    if (!(gap <= most)) most = gap;
    scale = Math.max(scale, Math.abs(at(a, i)));
  }
  return most / scale;
}

export const dataOf = (tensor: Tensor | undefined): Float32Array => tensor?.data as Float32Array;

/** The bits of all tensors, for comparisons that allow no rounding. */
export const bitsOf = (tensors: ReadonlyMap<string, Tensor>): Record<string, string> =>
  Object.fromEntries(
    [...tensors].map(([name, { data }]) => [
      name,
      Buffer.from(data.buffer, data.byteOffset, data.byteLength).toString('base64'),
    ]),
  );
