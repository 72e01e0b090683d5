import { buildHeadsParts, type HeadsGraphOptions } from '@espalier/autodiff';
import { floatsOf, headNames, lookUp } from '@espalier/onnx';
import type { CompiledHeads, HeadsBackend } from '../trainer/backend.js';
import { compileGraph, createConstants, type Constants } from './graph.js';
import { takeStep } from './takeStep.js';
import { fromTf, scoped } from './tensors.js';
import { feedsOf, tfHolder, turn, type TfVariables } from './variables.js';

/** Trains heads with TensorFlow.js. */
export function tfjsHeads(): HeadsBackend<TfVariables> {
  const constants = createConstants();
  return {
    ...tfHolder(constants),
    compile: (options) => Promise.resolve(compileHeads(options, constants)),
  };
}

function compileHeads(options: HeadsGraphOptions, constants: Constants): CompiledHeads<TfVariables> {
  const parts = buildHeadsParts(options);
  const graphs = {
    loss: compileGraph(parts.loss, constants),
    update: compileGraph(parts.update, constants),
    reached: parts.parameters.map(({ name }) => name),
  };
  const evaluation = compileGraph(parts.evaluation, constants);
  const inputs = [parts.loss, parts.update].flatMap(({ graph }) => graph.inputs);
  return {
    facts: parts,
    reads: new Set(inputs.map(({ name }) => name)),
    step: async (variables, given) => {
      await turn();
      return scoped(() => takeStep(graphs, variables, given));
    },
    evaluate: async ({ tensors }, features) => {
      await turn();
      return scoped(() => {
        const feeds = feedsOf(new Map([[headNames.features, features]]));
        return floatsOf(
          fromTf(lookUp(evaluation.run(new Map([...feeds, ...tensors])), headNames.logits), 'float32'),
        );
      });
    },
    dispose: () => Promise.resolve(),
  };
}
