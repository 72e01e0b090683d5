import { crossEntropyTargets, stateName } from '@espalier/autodiff';
import { dropoutMask, type Engine, type Trainer } from '@espalier/engine';
import { createRandom } from '@espalier/base/random';
import { groupsOf, onlyInputs, ratesOf, suffixAt, valuesOf, type Feeds } from '@espalier/runner';
import { insist } from './errors.js';
import { EXAMPLES } from './examples.js';
import { largest, largestDifference } from './numbers.js';
import { inputsAt, type Subject } from './subject.js';
import { CLASSES, someDepths, startWeights } from './training.js';

/** Largest relative difference of two engines. */
export const AGREEMENT = 1e-4;
const STEPS = 20;
/** Small: at a larger one a random network jumps about, and rounding grows from step to step. */
const RATE = 5e-5;
/**
 * At a kink, such as that of a rectifier, rounding decides which way a weight goes. That meets one path of
 * training and not the next, which a slightly larger rate makes; a wrong gradient meets all of them.
 */
const PATHS = 3;
const LARGER = 1.1;
const DROPOUT = 0.1;
/** One more than there are examples, so that a row is filled up. */
const BATCH = EXAMPLES + 1;
/** The gradient of some weights, such as the bias of a key, is rounding alone; this makes no step of it. */
const EPSILON = 1e-4;

/** Relative differences of two engines at one freeze depth. */
export interface EngineDifferences {
  readonly depth: number;
  /** The largest of all steps. */
  readonly loss: number;
  /** Of a weight, relative to its largest gradient, or to a hundredth of the largest of all. */
  readonly gradient: number;
  /** After 20 steps of AdamW, relative to a weight's largest element, or to the learning rate. */
  readonly parameters: number;
}

/** Results of one engine for a subject. */
interface Training {
  readonly losses: Float32Array;
  readonly gradients: ReadonlyMap<string, Float32Array>;
  readonly parameters: ReadonlyMap<string, Float32Array>;
}

/**
 * Trains the same on two engines: one gradient, and 20 steps of AdamW with clipping, decay and dropout.
 *
 * @returns the differences of the first of {@link PATHS} paths on which they agree, else of the last
 */
export async function compareEngines(
  subject: Subject,
  depth: number,
  engines: readonly [Engine, Engine],
): Promise<EngineDifferences> {
  const rows = onlyInputs(suffixAt(subject.prepared, depth), await inputsAt(subject, depth));
  for (let path = 0; ; path++) {
    const rate = RATE * LARGER ** path;
    const a = await train(subject, depth, engines[0], rows, rate);
    const b = await train(subject, depth, engines[1], rows, rate);
    const all = Math.max(...[...a.gradients.values()].map(largest));
    const differences = {
      depth,
      loss: largestDifference(a.losses, b.losses) / largest(a.losses),
      gradient: worst(a.gradients, b.gradients, all / 100),
      parameters: worst(a.parameters, b.parameters, rate),
    };
    if (agrees(differences) || path === PATHS - 1) return differences;
  }
}

/** Whether two engines agree to {@link AGREEMENT}. */
export const agrees = ({ loss, gradient, parameters }: EngineDifferences): boolean =>
  Math.max(loss, gradient, parameters) < AGREEMENT;

/** @throws ConformanceError where two engines do not agree on how the backbone trains at a freeze depth */
export async function requireSameTraining(
  subject: Subject,
  engines: readonly [Engine, Engine],
  depths: readonly number[] = someDepths(subject.prepared),
): Promise<void> {
  for (const depth of depths) {
    const { loss, gradient, parameters } = await compareEngines(subject, depth, engines);
    for (const [what, difference] of Object.entries({ loss, gradient, parameters })) {
      insist(
        difference < AGREEMENT,
        `at freeze depth ${depth} ${engines[0].name} and ${engines[1].name} differ in ${what} (difference ${difference})`,
      );
    }
  }
}

/** The largest difference of tensors of one name, each relative to its own largest element or to `least`. */
const worst = (
  a: ReadonlyMap<string, Float32Array>,
  b: ReadonlyMap<string, Float32Array>,
  least: number,
): number =>
  Math.max(
    ...[...a].map(
      ([name, values]) =>
        largestDifference(values, b.get(name) as Float32Array) / Math.max(largest(values), least),
    ),
  );

async function train(
  subject: Subject,
  depth: number,
  engine: Engine,
  rows: Feeds,
  rate: number,
): Promise<Training> {
  return withTrainer(subject, depth, engine, rows, async (trainer, begin) => {
    begin();
    await step(trainer, rows, 0, 0);
    const { tensors } = trainer.save();
    // After one step from zero AdamW's sum of gradients is the gradient.
    const gradients = [...trainer.weights().keys()].map(
      (name) => [name, tensors.get(stateName(name, 'first'))?.data as Float32Array] as const,
    );
    begin();
    const losses: number[] = [];
    for (let i = 0; i < STEPS; i++) losses.push(await step(trainer, rows, i, rate));
    const parameters = [...trainer.weights()].map(
      ([name, { data }]) => [name, data as Float32Array] as const,
    );
    return {
      losses: Float32Array.from(losses),
      gradients: new Map(gradients),
      parameters: new Map(parameters),
    };
  });
}

async function step(trainer: Trainer, rows: Feeds, number: number, rate: number): Promise<number> {
  const { loss } = await trainer.step({
    examples: valuesOf(rows),
    // Not one of each class: the gradients of the bias would cancel, and leave rounding.
    targets: crossEntropyTargets([0, 1, 1], BATCH, { classes: CLASSES, labelSmoothing: 0.05 }),
    rates: ratesOf(trainer.groupCount, rate, 0.9),
    weightDecay: 0.01,
    clip: rate === 0 ? Infinity : 1,
    mask: dropoutMask(createRandom(0, 'engines', number), BATCH * trainer.width, DROPOUT),
  });
  return loss;
}

/** Compiles a trainer; `begin` gives it its first weights, and no state. */
async function withTrainer<T>(
  { prepared }: Subject,
  depth: number,
  engine: Engine,
  rows: Feeds,
  use: (trainer: Trainer, begin: () => void) => Promise<T>,
): Promise<T> {
  const trainer = await engine.compileTrainer({
    suffix: suffixAt(prepared, depth),
    buckets: [Object.fromEntries(Object.entries(rows).map(([name, { dims }]) => [name, dims.slice(1)]))],
    batch: BATCH,
    pooling: 'none',
    outputs: CLASSES,
    loss: 'crossEntropy',
    optimizer: { kind: 'adamw', options: { epsilon: EPSILON } },
    clip: true,
    dropout: true,
    groups: groupsOf(prepared, depth),
    headGroup: prepared.stages.length - depth,
  });
  try {
    return await use(trainer, () => trainer.reset(startWeights(prepared, depth)));
  } finally {
    await trainer.dispose();
  }
}
