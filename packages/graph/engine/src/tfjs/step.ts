import { buildStepParts } from '@espalier/autodiff';
import { at, floatsOf, headNames, lookUp } from '@espalier/onnx';
import type { CompiledStep, TrainingBackend } from '../trainer/backend.js';
import type { TracedBucket } from '../trainer/batch.js';
import { compileGraph, createConstants, type Constants } from './graph.js';
import { takeStep } from './takeStep.js';
import { fromTf, scoped } from './tensors.js';
import { feedsOf, tfHolder, turn, type TfVariables } from './variables.js';

/** Trains with TensorFlow.js: the loss, its own gradients of it, and the update. */
export function tfjsBackend(): TrainingBackend<TfVariables> {
  const constants = createConstants();
  return {
    ...tfHolder(constants),
    compile: (bucket) => Promise.resolve(compileStep(bucket, constants)),
  };
}

function compileStep({ options, batch }: TracedBucket, constants: Constants): CompiledStep<TfVariables> {
  const parts = buildStepParts(options);
  const graphs = {
    loss: compileGraph(parts.loss, constants),
    update: compileGraph(parts.update, constants),
    reached: parts.reached,
  };
  const evaluation = compileGraph(parts.evaluation, constants);
  const inputs = [parts.loss, parts.update].flatMap(({ graph }) => graph.inputs);
  return {
    facts: parts,
    reads: new Set(inputs.map(({ name }) => name)),
    step: async (variables, given) => {
      await turn();
      const { losses, norms } = scoped(() => takeStep(graphs, variables, new Map([...batch, ...given])));
      return { loss: at(losses, 0), norm: norms === null ? null : at(norms, 0) };
    },
    evaluate: async ({ tensors }) => {
      await turn();
      return scoped(() => {
        const logits = lookUp(evaluation.run(new Map([...feedsOf(batch), ...tensors])), headNames.logits);
        return floatsOf(fromTf(logits, 'float32'));
      });
    },
    dispose: () => Promise.resolve(),
  };
}
