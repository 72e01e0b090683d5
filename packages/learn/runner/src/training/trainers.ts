import type { Engine, HeadsSpec, HeadsTrainer, Trainer } from '@espalier/engine';
import type { Recipe } from '@espalier/search';
import { float32, headNames, type Tensor } from '@espalier/onnx';
import { createRandom } from '@espalier/base/random';
import { bucketShapes, suffixAt, type PreparedBackbone } from '../backbone/backbone.js';
import type { Weights } from './checkpoint.js';
import { groupsOf, type Kept } from '../backbone/groups.js';

/** Compiled steps kept at once: each holds its parameters, its optimizer state and two sessions. */
const MOST_KEPT = 3;

/** The part of a recipe that a step is compiled for; rates, decay and the share of dropout are its inputs. */
export type CompiledFor = Pick<
  Recipe,
  'freezeDepth' | 'frozenTail' | 'normalisation' | 'batch' | 'dropout' | 'decayTowards' | 'optimizer'
>;

/** The same of a step of many heads. */
export type CompiledForHeads = Pick<Recipe, 'batch' | 'dropout' | 'optimizer'>;

/** Hands out compiled training steps. */
export interface TrainerPool {
  get(prepared: PreparedBackbone, recipe: CompiledFor): Promise<Trainer>;
  /** The step of many heads, for recipes that freeze all stages. */
  heads(prepared: PreparedBackbone, recipe: CompiledForHeads): Promise<HeadsTrainer>;
  dispose(): Promise<void>;
}

/** What every step of a study ends in. */
export interface TrainingHead {
  /** Numbers that the head gives for an example. */
  readonly outputs: number;
  /** The loss that a step lowers, by its name. */
  readonly loss: string;
}

export function createTrainerPool(engine: Engine, head: TrainingHead): TrainerPool {
  const alone = createKept<Trainer>();
  const heads = createKept<HeadsTrainer>();
  return {
    get: (prepared, recipe) => {
      const { freezeDepth, frozenTail, normalisation, batch, dropout, decayTowards, optimizer } = recipe;
      const trained = [prepared.hash, freezeDepth, frozenTail, normalisation];
      const key = [...trained, batch, dropout > 0, decayTowards, optimizer].join(' ');
      return alone.get(key, () => compile(engine, prepared, recipe, head));
    },
    heads: (prepared, recipe) =>
      heads.get(keyOfHeads(prepared, recipe), () => compileHeads(engine, prepared, recipe, head)),
    dispose: async () => {
      await alone.dispose();
      await heads.dispose();
    },
  };
}

/** What heads have in common that one step trains. */
export const keyOfHeads = (
  { hash }: Pick<PreparedBackbone, 'hash'>,
  { batch, dropout, optimizer }: CompiledForHeads,
): string => [hash, batch, dropout > 0, optimizer].join(' ');

/** The last few of what takes long to make. */
interface KeptLast<T> {
  get(key: string, make: () => Promise<T>): Promise<T>;
  dispose(): Promise<void>;
}

function createKept<T extends { dispose(): Promise<void> }>(): KeptLast<T> {
  const kept = new Map<string, T>();
  return {
    get: async (key, make) => {
      const known = kept.get(key);
      kept.delete(key);
      const one = known ?? (await make());
      kept.set(key, one);
      for (const [oldest, other] of kept) {
        if (kept.size <= MOST_KEPT) break;
        kept.delete(oldest);
        await other.dispose();
      }
      return one;
    },
    dispose: async () => {
      for (const one of kept.values()) await one.dispose();
      kept.clear();
    },
  };
}

/** What the steps of one head and of many have in common. */
const specOf = (
  prepared: PreparedBackbone,
  depth: number,
  { batch, dropout, optimizer }: CompiledForHeads,
  { outputs, loss }: TrainingHead,
): HeadsSpec => ({
  suffix: suffixAt(prepared, depth),
  buckets: bucketShapes(prepared, depth),
  batch,
  pooling: 'none',
  outputs,
  loss,
  optimizer: { kind: optimizer },
  clip: true,
  dropout: dropout > 0,
});

const compile = (
  engine: Engine,
  prepared: PreparedBackbone,
  recipe: CompiledFor,
  head: TrainingHead,
): Promise<Trainer> =>
  engine.compileTrainer({
    ...specOf(prepared, recipe.freezeDepth, recipe, head),
    anchored: recipe.decayTowards === 'pretrained',
    groups: groupsOf(prepared, recipe.freezeDepth, recipe),
    headGroup: prepared.stages.length - recipe.freezeDepth,
  });

const compileHeads = (
  engine: Engine,
  prepared: PreparedBackbone,
  recipe: CompiledForHeads,
  head: TrainingHead,
): Promise<HeadsTrainer> => engine.compileHeads(specOf(prepared, prepared.stages.length, recipe, head));

/** The weights a trial starts from: the backbone's, and a head. */
export function initialWeights(
  prepared: PreparedBackbone,
  recipe: Pick<Recipe, 'freezeDepth'> & Kept,
  head: Weights,
): Weights {
  const body = [...groupsOf(prepared, recipe.freezeDepth, recipe).keys()].map(
    (parameter) => [parameter, prepared.model.graph.initializers.get(parameter) as Tensor] as const,
  );
  return new Map([...body, ...head]);
}

/** Small enough that the first gradients are the features' own, large enough to break symmetry. */
const HEAD_DEVIATION = 0.01;

/** A head that knows nothing yet. */
export function freshHead({ width }: PreparedBackbone, outputs: number, seed: number, name: string): Weights {
  const random = createRandom(seed, 'head', name);
  const weight = Float32Array.from({ length: width * outputs }, () => HEAD_DEVIATION * random.normal());
  return new Map([
    [headNames.weight, float32([width, outputs], weight)],
    [headNames.bias, float32([outputs], new Float32Array(outputs))],
  ]);
}
