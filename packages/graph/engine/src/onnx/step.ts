import { buildTrainingGraph, stepNames } from '@espalier/autodiff';
import { at, headNames, toOrtTensor } from '@espalier/onnx';
import type { Tensor as OrtTensor } from 'onnxruntime-node';
import type { CompiledStep, TrainingBackend } from '../trainer/backend.js';
import type { TracedBucket } from '../trainer/batch.js';
import {
  moveVariables,
  ortHolder,
  readVariables,
  startBoth,
  zeros,
  type OrtVariables,
  type Start,
} from './variables.js';

/** Trains with ONNX Runtime: one graph a step, and one for the forward pass. */
export const onnxBackend = (start: Start): TrainingBackend<OrtVariables> => ({
  ...ortHolder,
  compile: (bucket) => compileStep(bucket, start),
});

/** Builds the step of a bucket and starts its two sessions. */
async function compileStep(
  { options, batch }: TracedBucket,
  start: Start,
): Promise<CompiledStep<OrtVariables>> {
  const graph = buildTrainingGraph(options);
  const { step, evaluation, dispose } = await startBoth(
    () => start(graph.step),
    () => start(graph.evaluation),
  );
  // The same memory as the batch, which is written anew for each run.
  const data = [...batch].map(([name, tensor]) => [name, toOrtTensor(tensor)] as const);
  const reads = new Set(graph.step.graph.inputs.map(({ name }) => name));
  const clips = reads.has(stepNames.clip);
  const [loss, norm, logits] = [zeros([]), zeros([]), zeros([graph.batch, options.outputs])];
  const fetches = { [stepNames.loss]: loss, ...(clips && { [stepNames.norm]: norm }) };
  return {
    facts: graph,
    reads,
    step: async (variables, given) => {
      const feeds = new Map<string, OrtTensor>(data);
      for (const [name, tensor] of given) feeds.set(name, toOrtTensor(tensor));
      await moveVariables(step, variables, feeds, fetches);
      return { loss: at(loss.data, 0), norm: clips ? at(norm.data, 0) : null };
    },
    evaluate: async (variables) => {
      await readVariables(evaluation, variables, new Map(data), { [headNames.logits]: logits });
      return logits.data;
    },
    dispose,
  };
}
