import { buildHeadsGraph, stepNames, type HeadsGraphOptions } from '@espalier/autodiff';
import { headNames, toOrtTensor, type Tensor } from '@espalier/onnx';
import type { CompiledHeads, HeadsBackend } from '../trainer/backend.js';
import {
  moveVariables,
  ortHolder,
  readVariables,
  startBoth,
  zeros,
  type OrtVariables,
  type Start,
} from './variables.js';

/** Trains heads with ONNX Runtime: one graph a step of a block, and one for the forward pass. */
export const onnxHeads = (start: Start): HeadsBackend<OrtVariables> => ({
  ...ortHolder,
  compile: (options) => compileHeads(options, start),
});

/**
 * Threads of a product whose rows are outputs of heads. ONNX Runtime gives each thread some of the rows, and
 * sums a single row in another order than several: with two rows a thread all heads are summed alike.
 */
const mostThreads = ({ heads, outputs }: HeadsGraphOptions): number =>
  Math.max(1, Math.floor((heads * outputs) / 2));

async function compileHeads(options: HeadsGraphOptions, start: Start): Promise<CompiledHeads<OrtVariables>> {
  const { heads, batch, outputs, clip } = options;
  const graph = buildHeadsGraph(options);
  const threads = mostThreads(options);
  const { step, evaluation, dispose } = await startBoth(
    () => start(graph.step, threads),
    () => start(graph.evaluation, threads),
  );
  const reads = new Set(graph.step.graph.inputs.map(({ name }) => name));
  const [losses, norms, logits] = [zeros([heads]), zeros([heads, 1, 1]), zeros([heads, batch, outputs])];
  const fetches = { [stepNames.loss]: losses, ...(clip && { [stepNames.norm]: norms }) };
  const ortOf = (given: ReadonlyMap<string, Tensor>) =>
    new Map([...given].map(([name, tensor]) => [name, toOrtTensor(tensor)]));
  return {
    facts: graph,
    reads,
    step: async (variables, given) => {
      await moveVariables(step, variables, ortOf(given), fetches);
      return { losses: losses.data, norms: clip ? norms.data : null };
    },
    evaluate: async (variables, features) => {
      const feeds = ortOf(new Map([[headNames.features, features]]));
      await readVariables(evaluation, variables, feeds, { [headNames.logits]: logits });
      return logits.data;
    },
    dispose,
  };
}
