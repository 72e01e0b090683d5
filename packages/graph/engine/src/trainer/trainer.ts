import type { Trainer, TrainerSpec } from '../engine.js';
import type { CompiledStep, TrainingBackend, Variables } from './backend.js';
import { fillBatch, requireFinite, stepTensors, traceBucket, type TracedBucket } from './batch.js';
import { partsOf, putValues, shapesOf, takeParts, valuesOf, zerosOf } from './parameters.js';

interface Bucket<V extends Variables> extends TracedBucket {
  readonly compiled: CompiledStep<V>;
}

/**
 * Compiles the step of the first bucket; those of the others follow when they are used. The engine holds the
 * tensors and runs the steps; all else is the same for every engine.
 */
export async function createTrainer<V extends Variables>(
  spec: TrainerSpec,
  backend: TrainingBackend<V>,
): Promise<Trainer> {
  const buckets = new Map<number, Bucket<V>>();
  const bucketAt = async (index: number): Promise<Bucket<V>> => {
    const known = buckets.get(index);
    if (known !== undefined) return known;
    const traced = await traceBucket(spec, index);
    const bucket = { ...traced, compiled: await backend.compile(traced) };
    buckets.set(index, bucket);
    return bucket;
  };
  const free = async (): Promise<void> => {
    for (const { compiled } of buckets.values()) await compiled.dispose();
    backend.dispose();
  };
  try {
    const { facts, reads } = (await bucketAt(0)).compiled;
    return trainerOf({ facts, reads, bucketAt, free, variables: backend.allocate(shapesOf(facts)) });
  } catch (cause) {
    await free();
    throw cause;
  }
}

interface Parts<V extends Variables> extends Pick<CompiledStep<V>, 'facts' | 'reads'> {
  readonly bucketAt: (index: number) => Promise<Bucket<V>>;
  /** Frees what was compiled. */
  readonly free: () => Promise<void>;
  readonly variables: V;
}

function trainerOf<V extends Variables>({ facts, reads, bucketAt, free, variables }: Parts<V>): Trainer {
  const { batch, width, targetWidth, groupCount } = facts;
  const parts = partsOf(facts);
  const parameters = parts.filter(({ isState }) => !isState);
  const states = parts.filter(({ isState }) => isState);
  let stepNumber = 0;
  return {
    ...{ batch, width, targetWidth, groupCount },
    reset: (weights) => {
      putValues(variables, valuesOf(parameters, weights));
      putValues(variables, zerosOf(states));
      stepNumber = 0;
    },
    step: async (input) => {
      const bucket = await bucketAt(input.bucket ?? 0);
      fillBatch(bucket.batch, input.examples, batch);
      const given = stepTensors(facts, input, stepNumber + 1, reads);
      const result = await bucket.compiled.step(variables, given);
      stepNumber++;
      return requireFinite(result, stepNumber, input.rates);
    },
    evaluate: async (examples, rows, index = 0) => {
      const bucket = await bucketAt(index);
      fillBatch(bucket.batch, examples, batch);
      const logits = await bucket.compiled.evaluate(variables);
      return logits.slice(0, (rows * logits.length) / batch);
    },
    weights: () => takeParts(variables, parameters),
    save: () => ({ step: stepNumber, tensors: takeParts(variables, parts) }),
    restore: (state) => {
      putValues(variables, valuesOf(parts, state.tensors));
      stepNumber = state.step;
    },
    dispose: async () => {
      variables.dispose();
      await free();
    },
  };
}
