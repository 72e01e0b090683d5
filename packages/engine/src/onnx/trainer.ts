import {
  buildTrainingGraph,
  nextName,
  stepNames,
  toModelLayout,
  toStepLayout,
  type TrainingGraph,
  type TrainingParameter,
} from '@espalier/autodiff';
import { headNames, sizeOf, toOrtTensor, type createSession, type Model, type Tensor } from '@espalier/onnx';
import { Tensor as OrtTensor } from 'onnxruntime-node';
import {
  fillBatch,
  keysOf,
  outputsOf,
  requireFinite,
  requireShape,
  stepTensors,
  traceBucket,
} from '../batch.js';
import type { Trainer, TrainerSpec } from '../engine.js';

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
  /** A batch of each input, written anew for each run, and the same memory as the sessions take it. */
  readonly batch: ReadonlyMap<string, Tensor>;
  readonly data: ReadonlyMap<string, OrtTensor>;
  readonly step: Session;
  readonly evaluation: Session;
}

/** Traces the suffix at the batch size, builds the step and starts its two sessions. */
async function compileBucket(spec: TrainerSpec, bucket: number, start: Start): Promise<Compiled> {
  const { options, batch } = await traceBucket(spec, bucket);
  const graph = buildTrainingGraph(options);
  const step = await start(graph.step);
  try {
    const data = new Map([...batch].map(([name, tensor]) => [name, toOrtTensor(tensor)]));
    return { graph, batch, data, step, evaluation: await start(graph.evaluation) };
  } catch (cause) {
    await step.release();
    throw cause;
  }
}

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
  const reads = new Set(graph.step.graph.inputs.map(({ name }) => name));
  const clips = reads.has(stepNames.clip);
  let stepNumber = 0;

  const take = ({ stepDims, layout }: TrainingParameter, key: string): Tensor => {
    const data = dataOf((held.get(key) as Held).current).slice();
    const tensor: Tensor = { dtype: 'float32', dims: stepDims, data };
    return layout === null ? tensor : toModelLayout(layout, tensor);
  };
  const put = ({ dims, layout }: TrainingParameter, key: string, given: Tensor | undefined): void => {
    const known = requireShape(key, dims, given);
    const tensor = layout === null ? known : toStepLayout(layout, known);
    dataOf((held.get(key) as Held).current).set(tensor.data as Float32Array);
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
      fillBatch(bucket.batch, input.examples, batch);
      const feeds: Record<string, OrtTensor> = Object.fromEntries(bucket.data);
      for (const [name, tensor] of stepTensors(graph, input, stepNumber + 1, reads)) {
        feeds[name] = toOrtTensor(tensor);
      }
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
      return requireFinite(
        { loss: dataOf(loss)[0] as number, norm: clips ? (dataOf(norm)[0] as number) : null },
        stepNumber,
        input.rates,
      );
    },

    evaluate: async (examples, rows, index = 0) => {
      const bucket = await inBucket(index);
      fillBatch(bucket.batch, examples, batch);
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

/** ONNX Runtime refuses inputs a graph does not have. */
const keep = (feeds: Record<string, OrtTensor>, names: readonly string[]): Record<string, OrtTensor> =>
  Object.fromEntries(Object.entries(feeds).filter(([name]) => names.includes(name)));
