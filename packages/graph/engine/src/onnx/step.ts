import { buildTrainingGraph, nextName, stepNames } from '@espalier/autodiff';
import { at, headNames, lookUp, sizeOf, toOrtTensor, type createSession, type Model } from '@espalier/onnx';
import { Tensor as OrtTensor, type TypedTensor } from 'onnxruntime-node';
import type { CompiledStep, TrainingBackend, Variables } from '../trainer/backend.js';
import type { TracedBucket } from '../trainer/batch.js';

type Session = Awaited<ReturnType<typeof createSession>>;
type FloatTensor = TypedTensor<'float32'>;

/** Starts a session on a graph. */
type Start = (model: Model) => Promise<Session>;

/** A tensor of which the step reads one copy and writes the other; they swap after each step. */
interface Pair {
  current: FloatTensor;
  spare: FloatTensor;
}

interface OrtVariables extends Variables {
  readonly pairs: ReadonlyMap<string, Pair>;
}

/** Trains with ONNX Runtime: one graph a step, and one for the forward pass. */
export const onnxBackend = (start: Start): TrainingBackend<OrtVariables> => ({
  compile: (bucket) => compileStep(bucket, start),
  allocate: (shapes) => {
    const pairs = new Map<string, Pair>();
    for (const [key, dims] of shapes) pairs.set(key, { current: zeros(dims), spare: zeros(dims) });
    return {
      pairs,
      read: (key) => lookUp(pairs, key).current.data.slice(),
      write: (key, values) => lookUp(pairs, key).current.data.set(values),
      dispose: () => pairs.clear(),
    };
  },
  dispose: () => undefined,
});

const zeros = (dims: readonly number[]): FloatTensor =>
  new OrtTensor('float32', new Float32Array(sizeOf(dims)), [...dims]);

/** Builds the step of a bucket and starts its two sessions. */
async function compileStep(
  { options, batch }: TracedBucket,
  start: Start,
): Promise<CompiledStep<OrtVariables>> {
  const graph = buildTrainingGraph(options);
  const step = await start(graph.step);
  const evaluation = await start(graph.evaluation).catch(async (cause: unknown) => {
    await step.release();
    throw cause;
  });
  // The same memory as the batch, which is written anew for each run.
  const data = [...batch].map(([name, tensor]) => [name, toOrtTensor(tensor)] as const);
  const reads = new Set(graph.step.graph.inputs.map(({ name }) => name));
  const clips = reads.has(stepNames.clip);
  const [loss, norm, logits] = [zeros([]), zeros([]), zeros([graph.batch, options.outputs])];
  return {
    facts: graph,
    reads,
    step: async ({ pairs }, given) => {
      const feeds = new Map<string, OrtTensor>(data);
      const fetches: Record<string, OrtTensor> = { [stepNames.loss]: loss };
      if (clips) fetches[stepNames.norm] = norm;
      for (const [name, tensor] of given) feeds.set(name, toOrtTensor(tensor));
      for (const [name, { current, spare }] of pairs) {
        feeds.set(name, current);
        fetches[nextName(name)] = spare;
      }
      await step.run(only(feeds, step.inputNames), fetches);
      for (const pair of pairs.values()) [pair.current, pair.spare] = [pair.spare, pair.current];
      return { loss: at(loss.data, 0), norm: clips ? at(norm.data, 0) : null };
    },
    evaluate: async ({ pairs }) => {
      const feeds = new Map<string, OrtTensor>(data);
      for (const [name, { current }] of pairs) feeds.set(name, current);
      await evaluation.run(only(feeds, evaluation.inputNames), { [headNames.logits]: logits });
      return logits.data;
    },
    dispose: async () => {
      await step.release();
      await evaluation.release();
    },
  };
}

/** Leaves out what a graph does not have as an input, which ONNX Runtime refuses. */
const only = (feeds: ReadonlyMap<string, OrtTensor>, names: readonly string[]): Record<string, OrtTensor> =>
  Object.fromEntries([...feeds].filter(([name]) => names.includes(name)));
