import { crossEntropyTargets } from '@espalier/autodiff';
import type { Examples, Trainer } from '@espalier/engine';
import { float32, headNames, type Model, type Tensor } from '@espalier/onnx';
import { createRandom } from '@espalier/base/random';
import {
  assembleModel,
  bucketShapes,
  groupsOf,
  ratesOf,
  onlyInputs,
  suffixAt,
  valuesOf,
  type PreparedBackbone,
} from '@espalier/runner';
import { insist } from './errors.js';
import { EXAMPLES } from './examples.js';
import { inputsAt, type Subject } from './subject.js';

const LABELS = ['a', 'b', 'c'];
export const CLASSES = LABELS.length;
/** More depths would say nothing new and take long for deep networks. */
const MOST_DEPTHS = 4;

/** Both ends and some between. */
export function someDepths({ freezeDepths }: PreparedBackbone): number[] {
  const last = freezeDepths.length - 1;
  const places = Array.from({ length: MOST_DEPTHS }, (_, i) => Math.round((i * last) / (MOST_DEPTHS - 1)));
  return [...new Set(places)].map((place) => freezeDepths[place] as number);
}

export type Rows = Examples;

/** Trains two steps at a freeze depth and hands over the trainer. */
export async function withTrainer<T>(
  subject: Subject,
  depth: number,
  use: (trainer: Trainer, rows: Rows) => Promise<T>,
): Promise<T> {
  const { prepared, engine } = subject;
  const suffix = suffixAt(prepared, depth);
  const trainer = await engine.compileTrainer({
    suffix,
    buckets: bucketShapes(prepared, depth),
    batch: EXAMPLES,
    pooling: 'none',
    outputs: CLASSES,
    loss: 'crossEntropy',
    optimizer: { kind: 'adamw' },
    clip: true,
    dropout: false,
    groups: groupsOf(prepared, depth),
    headGroup: prepared.stages.length - depth,
  });
  try {
    trainer.reset(startWeights(prepared, depth));
    const rows = valuesOf(onlyInputs(suffix, await inputsAt(subject, depth)));
    const targets = crossEntropyTargets([0, 1, 2], EXAMPLES, { classes: CLASSES });
    for (let step = 0; step < 2; step++) {
      const rates = ratesOf(trainer.groupCount, 1e-4, 1);
      const { loss } = await trainer.step({
        examples: rows,
        bucket: subject.bucket,
        targets,
        rates,
        weightDecay: 0,
        clip: 1,
      });
      insist(Number.isFinite(loss), `at freeze depth ${depth} the loss is ${loss}`);
    }
    return await use(trainer, rows);
  } finally {
    await trainer.dispose();
  }
}

/** The backbone's own weights above the frozen ones, and a random head. */
export function startWeights(prepared: PreparedBackbone, depth: number): Map<string, Tensor> {
  const random = createRandom(0, 'conformance', 'head');
  const head = Float32Array.from({ length: prepared.width * CLASSES }, () => 0.05 * random.normal());
  return new Map([
    ...[...groupsOf(prepared, depth).keys()].map(
      (name) => [name, prepared.model.graph.initializers.get(name) as Tensor] as const,
    ),
    [headNames.weight, float32([prepared.width, CLASSES], head)],
    [headNames.bias, float32([CLASSES], new Float32Array(CLASSES))],
  ]);
}

/** The whole network with what was trained at a freeze depth, as a study exports it. */
export const exportOf = (
  { prepared, backbone }: Subject,
  depth: number,
  weights: ReadonlyMap<string, Tensor>,
): Model =>
  assembleModel(prepared, weights, {
    version: 1,
    labels: LABELS,
    preprocessing: prepared.loaded.preprocessing,
    backbone: backbone.id,
    licence: backbone.licence,
    freezeDepth: depth,
    seed: 0,
  });
