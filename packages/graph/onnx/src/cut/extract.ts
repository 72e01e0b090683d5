import { OnnxError } from '../errors.js';
import type { Graph, Model, ValueInfo } from '../graph/model.js';
import { producersOf, readsOf } from '../graph/topology.js';
import type { TracedTensor } from './trace.js';

/**
 * The part of a model between `inputs` and `outputs`: every node the outputs need, up to the
 * inputs. Inputs of the whole model that the part still needs (side inputs, such as an attention
 * mask) stay inputs of the part.
 *
 * @param tensors types and shapes from a trace; the first axis of declared inputs is left free
 */
export function extractModel(
  model: Model,
  inputs: readonly string[],
  outputs: readonly string[],
  tensors: ReadonlyMap<string, TracedTensor>,
): Model {
  const { graph } = model;
  const producers = producersOf(graph.nodes);
  const given = new Set(inputs);
  const needed = new Set<string>();
  const pending = [...outputs];
  for (let name = pending.pop(); name !== undefined; name = pending.pop()) {
    if (needed.has(name)) continue;
    needed.add(name);
    const producer = given.has(name) ? undefined : producers.get(name);
    if (producer !== undefined) pending.push(...readsOf(producer));
  }
  const nodes = graph.nodes.filter((node) =>
    node.outputs.some((name) => needed.has(name) && !given.has(name)),
  );
  const read = new Set([...nodes.flatMap(readsOf), ...outputs]);
  const describe = (name: string): ValueInfo => {
    const declared = graph.inputs.find((input) => input.name === name);
    if (declared !== undefined) return declared;
    const traced = tensors.get(name);
    if (traced === undefined) throw new OnnxError(`the model has no tensor '${name}' to cut at`);
    return { name, dtype: traced.dtype, shape: ['batch', ...traced.dims.slice(1)] };
  };
  const sideInputs = graph.inputs
    .map(({ name }) => name)
    .filter((name) => read.has(name) && !given.has(name));
  const part: Graph = {
    name: graph.name,
    nodes,
    inputs: [...inputs, ...sideInputs].map(describe),
    outputs: outputs.map(describe),
    initializers: new Map([...graph.initializers].filter(([name]) => read.has(name))),
  };
  return { ...model, graph: part };
}
