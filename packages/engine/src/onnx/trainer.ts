import {
  buildTrainingGraph,
  nextName,
  stateName,
  stepNames,
  toModelLayout,
  toStepLayout,
  type TrainingGraph,
  type TrainingParameter,
} from '@espalier/autodiff';
import {
  headNames,
  sizeOf,
  tensorFromBytes,
  traceModel,
  bytesPerElement,
  type createSession,
  type Model,
  type Tensor,
  type TensorData,
  type TracedTensor,
} from '@espalier/onnx';
import { Tensor as OrtTensor } from 'onnxruntime-node';
import type { Examples, StepInput, StepResult, Trainer, TrainerSpec } from '../engine.js';
import { EngineError } from '../errors.js';

type Session = Awaited<ReturnType<typeof createSession>>;

/** Starts a session on a graph. */
type Start = (model: Model) => Promise<Session>;

/** Compiles the step of the first bucket; those of the others follow when they are used. */
export async function compileTrainer(spec: TrainerSpec, start: Start): Promise<Trainer> {
  return createTrainer(spec, start, await compileBucket(spec, 0, start));
}

/** The step for one shape of batches. */
interface Compiled {
  readonly graph: TrainingGraph;
  /** A batch of each input, written anew for each run. */
  readonly data: ReadonlyMap<string, OrtTensor>;
  readonly step: Session;
  readonly evaluation: Session;
}

/** Traces the suffix at the batch size, builds the step and starts its two sessions. */
async function compileBucket(spec: TrainerSpec, bucket: number, start: Start): Promise<Compiled> {
  const shapes = spec.buckets[bucket];
  if (shapes === undefined) throw new EngineError(`there is no bucket ${bucket} of ${spec.buckets.length}`);
  const feeds = Object.fromEntries(
    spec.suffix.graph.inputs.map(({ name, dtype }) => {
      const dims = [spec.batch, ...(shapes[name] ?? [])];
      const bytes = new Uint8Array(sizeOf(dims) * bytesPerElement(dtype ?? 'float32'));
      return [name, tensorFromBytes(dtype ?? 'float32', dims, bytes, name)];
    }),
  );
  const trace = await traceModel(spec.suffix, feeds);
  const graph = buildTrainingGraph({
    ...spec,
    model: trace.model,
    dims: shapesOf(trace.tensors),
    keepLayouts: spec.buckets.length > 1,
  });
  const step = await start(graph.step);
  try {
    return { graph, data: batchOf(feeds), step, evaluation: await start(graph.evaluation) };
  } catch (cause) {
    await step.release();
    throw cause;
  }
}

const batchOf = (feeds: Readonly<Record<string, Tensor>>): Map<string, OrtTensor> =>
  new Map(
    Object.entries(feeds).map(([name, { dtype, dims, data }]) => [
      name,
      new OrtTensor(dtype as 'float32', data as Float32Array, [...dims]),
    ]),
  );

const shapesOf = (tensors: ReadonlyMap<string, TracedTensor>): Map<string, readonly number[]> =>
  new Map([...tensors].map(([name, { dims }]) => [name, dims]));

/** A tensor of which the step reads one copy and writes the other; they swap after each step. */
interface Held {
  current: OrtTensor;
  spare: OrtTensor;
}

const floats = (dims: readonly number[], data: Float32Array = new Float32Array(sizeOf(dims))): OrtTensor =>
  new OrtTensor('float32', data as Float32Array<ArrayBuffer>, [...dims]);

const dataOf = (tensor: OrtTensor): Float32Array => tensor.data as Float32Array;

function createTrainer(spec: TrainerSpec, start: Start, first: Compiled): Trainer {
  const { graph } = first;
  const { batch, parameters } = graph;
  const compiled = new Map([[0, first]]);
  const inBucket = async (bucket: number): Promise<Compiled> => {
    const known = compiled.get(bucket) ?? (await compileBucket(spec, bucket, start));
    compiled.set(bucket, known);
    return known;
  };
  const held = new Map<string, Held>();
  for (const parameter of parameters) {
    for (const key of keysOf(graph, parameter)) {
      held.set(key, { current: floats(parameter.stepDims), spare: floats(parameter.stepDims) });
    }
  }
  const loss = floats([]);
  const norm = floats([]);
  const logits = floats([batch, outputsOf(graph)]);
  const clips = graph.step.graph.outputs.some(({ name }) => name === stepNames.norm);
  const decays = graph.step.graph.inputs.some(({ name }) => name === stepNames.decay);
  const masks = graph.step.graph.inputs.some(({ name }) => name === stepNames.mask);
  let stepNumber = 0;

  const take = ({ stepDims, layout }: TrainingParameter, key: string): Tensor => {
    const data = dataOf((held.get(key) as Held).current).slice();
    const tensor: Tensor = { dtype: 'float32', dims: stepDims, data };
    return layout === null ? tensor : toModelLayout(layout, tensor);
  };
  const put = ({ dims, layout }: TrainingParameter, key: string, given: Tensor | undefined): void => {
    if (given === undefined || given.dims.join() !== dims.join()) {
      throw new EngineError(`'${key}' must be given as [${dims}], got ${given ? `[${given.dims}]` : 'none'}`);
    }
    const tensor = layout === null ? given : toStepLayout(layout, given);
    dataOf((held.get(key) as Held).current).set(tensor.data as Float32Array);
  };
  const fill = ({ data }: Compiled, examples: Examples): void => {
    for (const [name, tensor] of data)
      fillRows(tensor.data as Float32Array, examples[name], name, spec.batch);
  };

  return {
    batch,
    width: graph.width,
    targetWidth: graph.targetWidth,
    groupCount: graph.groupCount,

    reset: (weights) => {
      stepNumber = 0;
      for (const parameter of parameters) {
        for (const key of keysOf(graph, parameter)) {
          if (key === parameter.name) put(parameter, key, weights.get(key));
          else dataOf((held.get(key) as Held).current).fill(0);
        }
      }
    },

    step: async (input) => {
      const bucket = await inBucket(input.bucket ?? 0);
      fill(bucket, input.examples);
      const feeds: Record<string, OrtTensor> = Object.fromEntries(bucket.data);
      Object.assign(feeds, scalarsOf(graph, input, stepNumber + 1, { clips, masks, decays }));
      const fetches: Record<string, OrtTensor> = {
        [stepNames.loss]: loss,
        ...(clips && { [stepNames.norm]: norm }),
      };
      for (const [name, { current, spare }] of held) {
        feeds[name] = current;
        fetches[nextName(name)] = spare;
      }
      await bucket.step.run(keep(feeds, bucket.step.inputNames), fetches);
      for (const pair of held.values()) [pair.current, pair.spare] = [pair.spare, pair.current];
      stepNumber++;
      return finite(
        { loss: dataOf(loss)[0] as number, norm: clips ? (dataOf(norm)[0] as number) : null },
        stepNumber,
      );
    },

    evaluate: async (examples, rows, index = 0) => {
      const bucket = await inBucket(index);
      fill(bucket, examples);
      const feeds: Record<string, OrtTensor> = Object.fromEntries(bucket.data);
      for (const { name } of parameters) feeds[name] = (held.get(name) as Held).current;
      const { evaluation } = bucket;
      await evaluation.run(keep(feeds, evaluation.inputNames), { [headNames.logits]: logits });
      return dataOf(logits).slice(0, rows * outputsOf(graph));
    },

    weights: () => new Map(parameters.map((parameter) => [parameter.name, take(parameter, parameter.name)])),

    save: () => {
      const tensors = parameters.flatMap((parameter) =>
        keysOf(graph, parameter).map((key): [string, Tensor] => [key, take(parameter, key)]),
      );
      return { step: stepNumber, tensors: new Map(tensors) };
    },

    restore: (state) => {
      for (const parameter of parameters) {
        for (const key of keysOf(graph, parameter)) put(parameter, key, state.tensors.get(key));
      }
      stepNumber = state.step;
    },

    dispose: async () => {
      for (const { step, evaluation } of compiled.values()) {
        await step.release();
        await evaluation.release();
      }
    },
  };
}

/** A parameter and its optimizer state. */
const keysOf = (graph: TrainingGraph, { name }: TrainingParameter): string[] => [
  name,
  ...graph.optimizer.state.map((state) => stateName(name, state)),
];

const outputsOf = (graph: TrainingGraph): number =>
  graph.parameters.find(({ name }) => name === headNames.bias)?.dims[0] as number;

/**
 * Copies rows to the front of a batch and repeats the first in the rest, whose targets are zero: a row
 * of zeros could make a network divide by zero, such as one whose mask is empty.
 */
function fillRows(target: TensorData, rows: TensorData | undefined, name: string, batch: number): void {
  if (rows === undefined) throw new EngineError(`input '${name}' is missing`);
  if (rows.length > target.length) throw new EngineError(`input '${name}' has more rows than the batch`);
  (target as Float32Array).set(rows as Float32Array);
  const row = target.length / batch;
  for (let at = rows.length; at < target.length; at += row) target.copyWithin(at, 0, row);
}

function scalarsOf(
  graph: TrainingGraph,
  input: StepInput,
  step: number,
  compiled: { readonly clips: boolean; readonly masks: boolean; readonly decays: boolean },
): Record<string, OrtTensor> {
  if (input.rates.length !== graph.groupCount) {
    throw new EngineError(`${graph.groupCount} learning rates are needed, got ${input.rates.length}`);
  }
  if (input.targets.length !== graph.batch * graph.targetWidth) {
    throw new EngineError(
      `targets must be [${graph.batch},${graph.targetWidth}], got ${input.targets.length} numbers`,
    );
  }
  if (!compiled.decays && input.weightDecay !== 0) {
    throw new EngineError(`this step is compiled without weight decay, got ${input.weightDecay}`);
  }
  const scalars = graph.optimizer.scalars(step);
  const mask = input.mask ?? new Float32Array(graph.batch * graph.width).fill(1);
  return {
    [stepNames.targets]: floats([graph.batch, graph.targetWidth], input.targets),
    [stepNames.rates]: floats([input.rates.length], Float32Array.from(input.rates)),
    ...(compiled.decays && { [stepNames.decay]: floats([1], Float32Array.of(input.weightDecay)) }),
    ...(scalars.length > 0 && { [stepNames.scalars]: floats([scalars.length], Float32Array.from(scalars)) }),
    ...(compiled.clips && { [stepNames.clip]: floats([1], Float32Array.of(input.clip ?? Infinity)) }),
    ...(compiled.masks && { [stepNames.mask]: floats([graph.batch, graph.width], mask) }),
  };
}

/** ONNX Runtime refuses inputs a graph does not have. */
const keep = (feeds: Record<string, OrtTensor>, names: readonly string[]): Record<string, OrtTensor> =>
  Object.fromEntries(Object.entries(feeds).filter(([name]) => names.includes(name)));

function finite(result: StepResult, step: number): StepResult {
  if (Number.isFinite(result.loss)) return result;
  throw new EngineError(`the loss became ${result.loss} at step ${step}: the learning rate is too high`);
}
