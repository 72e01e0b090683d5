import type { Engine, Trainer } from '@espalier/engine';
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

/** Hands out compiled training steps. */
export interface TrainerPool {
  get(prepared: PreparedBackbone, recipe: CompiledFor): Promise<Trainer>;
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
  const kept = new Map<string, Trainer>();
  return {
    get: async (prepared, recipe) => {
      const { freezeDepth, frozenTail, normalisation, batch, dropout, decayTowards, optimizer } = recipe;
      const trained = [prepared.hash, freezeDepth, frozenTail, normalisation];
      const key = [...trained, batch, dropout > 0, decayTowards, optimizer].join(' ');
      const known = kept.get(key);
      kept.delete(key);
      const trainer = known ?? (await compile(engine, prepared, recipe, head));
      kept.set(key, trainer);
      for (const [oldest, other] of kept) {
        if (kept.size <= MOST_KEPT) break;
        kept.delete(oldest);
        await other.dispose();
      }
      return trainer;
    },
    dispose: async () => {
      for (const trainer of kept.values()) await trainer.dispose();
      kept.clear();
    },
  };
}

function compile(
  engine: Engine,
  prepared: PreparedBackbone,
  recipe: CompiledFor,
  { outputs, loss }: TrainingHead,
): Promise<Trainer> {
  const { freezeDepth: depth, batch, dropout, optimizer } = recipe;
  return engine.compileTrainer({
    suffix: suffixAt(prepared, depth),
    buckets: bucketShapes(prepared, depth),
    batch,
    pooling: 'none',
    outputs,
    loss,
    optimizer: { kind: optimizer },
    clip: true,
    dropout: dropout > 0,
    anchored: recipe.decayTowards === 'pretrained',
    groups: groupsOf(prepared, depth, recipe),
    headGroup: prepared.stages.length - depth,
  });
}

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
