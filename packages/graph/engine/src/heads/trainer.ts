import type { HeadsGraphOptions } from '@espalier/autodiff';
import { at, headNames, lookUp, type Model, type Tensor } from '@espalier/onnx';
import type { Forward, HeadResult, HeadsSpec, HeadsTrainer, StepResult } from '../engine.js';
import { EngineError } from '../errors.js';
import type { CompiledHeads, HeadResults, HeadsBackend, Variables } from '../trainer/backend.js';
import { requireFinite } from '../trainer/batch.js';
import { partsOf, putValues, shapesOf, takeParts, valuesOf, zerosOf } from '../trainer/parameters.js';
import { createFeatureReader, type FeatureReader } from './features.js';
import { createFill, requireInputs } from './given.js';
import { createSlots, type Slots } from './slots.js';

/** Most heads of a block. */
const MOST_HEADS = 16;
/** Weights of a block, unless one head has more: 1 MiB, of which a processor's cache holds a few. */
const BLOCK_WEIGHTS = 2 ** 18;

/**
 * Heads that one run of the compiled step trains: always as many, of which some may be empty. A sum in a matrix
 * product is split by the product's shape, so that one shape for any number of heads keeps each the same to the
 * bit, whatever the others are. Blocks whose tensors stay in the cache are as fast as one for all.
 */
export const blockOf = (width: number, outputs: number): number =>
  Math.min(MOST_HEADS, Math.max(1, Math.floor(BLOCK_WEIGHTS / (width * outputs))));

/**
 * Rows of a compiled batch, of which those left over count nothing. ONNX Runtime sums a row of numbers in an
 * order that depends on where in 16 bytes it begins: with 16 examples, or a multiple, all heads begin alike.
 */
const rowsOf = (batch: number): number => 16 * Math.ceil(batch / 16);

/** Compiles the step of a block of heads; the engine holds the tensors and runs it, all else is the same for every engine. */
export async function createHeadsTrainer<V extends Variables>(
  spec: HeadsSpec,
  backend: HeadsBackend<V>,
  compileForward: (model: Model) => Promise<Forward>,
): Promise<HeadsTrainer> {
  const rows = rowsOf(spec.batch);
  const features = await createFeatureReader(spec, rows, compileForward);
  try {
    const { outputs, loss, optimizer, clip, dropout } = spec;
    const { width } = features;
    const heads = blockOf(width, outputs);
    const options: HeadsGraphOptions = { heads, batch: rows, width, outputs, loss, optimizer, clip, dropout };
    const compiled = await backend.compile(options);
    const shapes = shapesOf(compiled.facts);
    const slots = createSlots(partsOf(compiled.facts), heads, () => backend.allocate(shapes));
    const free = async (): Promise<void> => {
      slots.dispose();
      await compiled.dispose();
      await features.dispose();
      backend.dispose();
    };
    return trainerOf({ batch: spec.batch, options, features, compiled, slots, free });
  } catch (cause) {
    await features.dispose();
    backend.dispose();
    throw cause;
  }
}

interface Parts<V extends Variables> {
  /** Most examples of a step; those of `options` are the rows that are compiled. */
  readonly batch: number;
  readonly options: HeadsGraphOptions;
  readonly features: FeatureReader;
  readonly compiled: CompiledHeads<V>;
  readonly slots: Slots<V>;
  readonly free: () => Promise<void>;
}

function trainerOf<V extends Variables>(built: Parts<V>): HeadsTrainer {
  const { batch, options, compiled, slots, free } = built;
  const { width } = options;
  const { targetWidth } = compiled.facts;
  const parts = partsOf(compiled.facts);
  const parameters = parts.filter(({ isState }) => !isState);
  const begun = zerosOf(parts.filter(({ isState }) => isState));
  /** Steps that each head has taken. */
  const taken = new Map<string, number>();
  const put = (name: string, values: ReadonlyMap<string, Float32Array>, step: number): void => {
    const { variables, slot } = slots.place(name);
    putValues(variables, values, slot);
    taken.set(name, step);
  };
  const take = (name: string, wanted: typeof parts): Map<string, Tensor> => {
    const { variables, slot } = slots.find(name);
    return takeParts(variables, wanted, slot);
  };
  return {
    ...{ batch, width, targetWidth },
    names: () => [...slots.names],
    reset: (name, weights) => put(name, new Map([...valuesOf(parameters, weights), ...begun]), 0),
    restore: (name, { step, tensors }) => put(name, valuesOf(parts, tensors), step),
    step: stepper(built, taken),
    evaluate: evaluator(built),
    weights: (name) => take(name, parameters),
    save: (name) => ({ tensors: take(name, parts), step: lookUp(taken, name) }),
    drop: (name) => {
      slots.drop(name);
      taken.delete(name);
    },
    dispose: free,
  };
}

/** Trains block by block. */
function stepper<V extends Variables>(
  { batch, options, features, compiled, slots }: Parts<V>,
  taken: Map<string, number>,
): HeadsTrainer['step'] {
  const { facts, reads } = compiled;
  const fit = { batch, width: options.width, targetWidth: facts.targetWidth, reads };
  const fill = createFill(options, facts, reads);
  return async ({ examples, bucket, heads }) => {
    requireInputs(slots.names, heads, fit);
    const read = [headNames.features, await features.read(examples, bucket)] as const;
    const results = new Map<string, HeadResult>();
    for (const { variables, names } of slots.blocks()) {
      const steps = names.map((name) => ({ input: lookUp(heads, name), step: lookUp(taken, name) + 1 }));
      const found = await compiled.step(variables, new Map([read, ...fill(steps)]));
      steps.forEach(({ input, step }, slot) => {
        const name = at(names, slot);
        taken.set(name, step);
        results.set(name, resultOf(found, slot, step, input.rate));
      });
    }
    return results;
  };
}

const evaluator =
  <V extends Variables>({ options, features, compiled, slots }: Parts<V>): HeadsTrainer['evaluate'] =>
  async (examples, rows, bucket) => {
    const read = await features.read(examples, bucket);
    const found = new Map<string, Float32Array>();
    for (const { variables, names } of slots.blocks()) {
      const logits = await compiled.evaluate(variables, read);
      names.forEach((name, slot) => {
        const start = slot * options.batch * options.outputs;
        found.set(name, logits.slice(start, start + rows * options.outputs));
      });
    }
    return found;
  };

/** One head's result, or why it has none. */
function resultOf({ losses, norms }: HeadResults, slot: number, step: number, rate: number): HeadResult {
  const result: StepResult = { loss: at(losses, slot), norm: norms === null ? null : at(norms, slot) };
  try {
    return { kind: 'trained', ...requireFinite(result, step, [rate]) };
  } catch (error) {
    if (!(error instanceof EngineError)) throw error;
    return { kind: 'failed', error };
  }
}
