import { setImmediate } from 'node:timers/promises';
import { lookUp, type Model, type Tensor } from '@espalier/onnx';
import type { Forward } from '../engine.js';
import { EngineError } from '../errors.js';
import { compileGraph, createConstants } from './graph.js';
import { dtypeOf, fromTf, scoped, toTf } from './tensors.js';

/** A forward pass of any batch size; shapes are computed as it runs. */
export function compileForward(model: Model): Forward {
  const constants = createConstants();
  const graph = compiled();
  const { inputs, outputs } = model.graph;
  return {
    run: async (given) => {
      await setImmediate();
      return scoped(() => {
        const feeds = new Map(inputs.map(({ name }) => [name, toTf(fed(given, name), name)]));
        const found = graph.run(feeds);
        return Object.fromEntries(
          outputs.map(({ name, dtype }): [string, Tensor] => {
            const tensor = lookUp(found, name);
            return [name, fromTf(tensor, dtype ?? dtypeOf(tensor))];
          }),
        );
      });
    },
    dispose: () => {
      constants.dispose();
      return Promise.resolve();
    },
  };

  function compiled(): ReturnType<typeof compileGraph> {
    try {
      return compileGraph(model, constants);
    } catch (cause) {
      constants.dispose();
      throw cause;
    }
  }
}

function fed(given: Readonly<Record<string, Tensor>>, name: string): Tensor {
  const tensor = given[name];
  if (tensor === undefined) throw new EngineError(`input '${name}' is missing`);
  return tensor;
}
