import { stepNames, type StepFacts, type TrainingGraphOptions } from '@espalier/autodiff';
import {
  bytesPerElement,
  copyInto,
  float32,
  sizeOf,
  tensorFromBytes,
  traceModel,
  type Tensor,
  type TensorData,
} from '@espalier/onnx';
import type { Examples, StepInput, StepResult, TrainerSpec } from '../engine.js';
import { EngineError } from '../errors.js';

/** A suffix at the batch size, and arrays for a batch of each of its inputs. */
export interface TracedBucket {
  readonly options: TrainingGraphOptions;
  readonly batch: ReadonlyMap<string, Tensor>;
}

/** Traces the suffix for one shape of batches. */
export async function traceBucket(spec: TrainerSpec, bucket: number): Promise<TracedBucket> {
  const { model, dims, batch } = await traceSuffix(spec, bucket);
  return { options: { ...spec, model, dims, keepLayouts: spec.buckets.length > 1 }, batch };
}

/** The suffix with the shapes of all its tensors, and arrays for a batch of each of its inputs. */
export async function traceSuffix(
  spec: Pick<TrainerSpec, 'suffix' | 'buckets' | 'batch'>,
  bucket: number,
): Promise<Pick<TrainingGraphOptions, 'model' | 'dims'> & Pick<TracedBucket, 'batch'>> {
  const shapes = spec.buckets[bucket];
  if (shapes === undefined)
    throw new EngineError(`bucket ${bucket} does not exist; this step has ${spec.buckets.length}`);
  const feeds = Object.fromEntries(
    spec.suffix.graph.inputs.map(({ name, dtype }) => {
      const dims = [spec.batch, ...(shapes[name] ?? [])];
      const bytes = new Uint8Array(sizeOf(dims) * bytesPerElement(dtype ?? 'float32'));
      return [name, tensorFromBytes(dtype ?? 'float32', dims, bytes, name)];
    }),
  );
  const { model, tensors } = await traceModel(spec.suffix, feeds);
  const dims = new Map([...tensors].map(([name, tensor]) => [name, tensor.dims]));
  return { model, dims, batch: new Map(Object.entries(feeds)) };
}

/**
 * Writes examples into the arrays of a batch.
 *
 * @param size rows of the arrays
 * @param most rows that may be given
 */
export function fillBatch(
  batch: ReadonlyMap<string, Tensor>,
  examples: Examples,
  size: number,
  most = size,
): void {
  for (const [name, { data }] of batch) {
    const rows = examples[name];
    if (rows === undefined) throw new EngineError(`input '${name}' is missing`);
    if (rows.length * size > data.length * most)
      throw new EngineError(`input '${name}' has more rows than the batch`);
    fillRows(data, rows, size);
  }
}

/**
 * Copies rows to the front of a batch and repeats the first in the rest, whose targets are zero: a row
 * of zeros could make a network divide by zero, such as one whose mask is empty.
 */
function fillRows(target: TensorData, rows: TensorData, batch: number): void {
  copyInto(target, rows);
  const row = target.length / batch;
  for (let at = rows.length; at < target.length; at += row) target.copyWithin(at, 0, row);
}

/**
 * Checks and returns the inputs of a step other than data and parameters.
 *
 * @param step its number, from 1
 * @param reads names of what the step was compiled to read
 */
export function stepTensors(
  facts: StepFacts,
  input: StepInput,
  step: number,
  reads: ReadonlySet<string>,
): Map<string, Tensor> {
  const { groupCount, batch, targetWidth, width } = facts;
  if (input.rates.length !== groupCount) {
    throw new EngineError(`${groupCount} learning rates are needed, got ${input.rates.length}`);
  }
  if (input.targets.length !== batch * targetWidth) {
    throw new EngineError(`targets must be [${batch},${targetWidth}], got ${input.targets.length} numbers`);
  }
  if (!reads.has(stepNames.decay) && input.weightDecay !== 0) {
    throw new EngineError(`this step is compiled without weight decay, got ${input.weightDecay}`);
  }
  const scalars = facts.optimizer.scalars(step);
  const mask = input.mask ?? new Float32Array(batch * width).fill(1);
  const all: [string, Tensor][] = [
    [stepNames.targets, float32([batch, targetWidth], input.targets)],
    [stepNames.rates, float32([groupCount], input.rates)],
    [stepNames.decay, float32([1], [input.weightDecay])],
    [stepNames.scalars, float32([scalars.length], scalars)],
    [stepNames.clip, float32([1], [input.clip ?? Infinity])],
    [stepNames.mask, float32([batch, width], mask)],
  ];
  return new Map(all.filter(([name]) => reads.has(name)));
}

/** Beyond this a loss that is still a number speaks of weights that diverge. */
const DIVERGING_LOSS = 1e3;

/**
 * Tells a network without finite numbers, a gradient that is none, and a learning rate that is too high.
 *
 * @param step its number, from 1
 * @throws EngineError for a loss or a gradient that is no number
 */
export function requireFinite(result: StepResult, step: number, rates: readonly number[]): StepResult {
  const { loss, norm } = result;
  const tooHigh = 'the learning rate is too high';
  if (Number.isFinite(loss)) {
    if (norm === null || !Number.isNaN(norm)) return result;
    const why =
      loss < DIVERGING_LOSS
        ? `where the loss is ${loss.toPrecision(4)}: an operator of the network has no finite gradient there; freeze more stages`
        : `at a loss of ${loss.toPrecision(4)}: ${tooHigh}`;
    throw new EngineError(`the gradient became NaN at step ${step} ${why}`);
  }
  const unmoved = step === 1 || rates.every((rate) => rate === 0);
  const why = unmoved ? 'the outputs of the network are not finite for these examples' : tooHigh;
  throw new EngineError(`the loss became ${loss} at step ${step}: ${why}`);
}
