import { standardOpset, type GraphNode, type Model, type ValueInfo } from '@espalier/onnx';
import type { GraphBuilder } from './builder.js';

const CONTRIB_OPSET = 1;

/** Makes a model of the builder's nodes that the results need. */
export function assemble(
  base: Model,
  b: GraphBuilder,
  extra: readonly string[],
  results: readonly string[],
): Model {
  const wanted = new Set(results);
  const nodes: GraphNode[] = [];
  for (const made of b.nodes.toReversed()) {
    if (!made.outputs.some((name) => wanted.has(name))) continue;
    nodes.push(made);
    made.inputs.forEach((name) => wanted.add(name));
  }
  const declare = (name: string): ValueInfo => ({
    name,
    dtype: 'float32',
    shape: b.has(name) ? b.dims(name) : null,
  });
  const data = base.graph.inputs.map(({ name, dtype }): ValueInfo => ({ name, dtype, shape: b.dims(name) }));
  return {
    ...base,
    opsets: new Map([['', standardOpset(base)], ...base.opsets, ['com.microsoft', CONTRIB_OPSET]]),
    graph: {
      name: 'espalier_step',
      nodes: nodes.toReversed(),
      inputs: [...data, ...extra.map(declare)].filter(({ name }) => wanted.has(name)),
      outputs: results.map(declare),
      initializers: new Map([...b.initializers].filter(([name]) => wanted.has(name))),
    },
  };
}
