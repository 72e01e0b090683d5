import type { Graph, GraphNode, Model, ValueInfo } from './model.js';
import { namesIn, renameInGraph } from './rename.js';
import { ancestorsOf, readsOf } from './topology.js';
import type { Tensor } from './tensor.js';

/** The part of a model that some of its tensors need, with these as its outputs. */
export function keepOutputs(model: Model, outputs: readonly ValueInfo[]): Model {
  const { graph } = model;
  const names = outputs.map(({ name }) => name);
  const needed = ancestorsOf(graph.nodes, names);
  const nodes = graph.nodes.filter((item) => item.outputs.some((name) => needed.has(name)));
  const read = new Set([...names, ...nodes.flatMap(readsOf)]);
  return {
    ...model,
    graph: {
      ...graph,
      nodes,
      inputs: graph.inputs.filter(({ name }) => read.has(name)),
      outputs,
      initializers: new Map([...graph.initializers].filter(([name]) => read.has(name))),
    },
  };
}

/** Models side by side, and what each one's tensors are called there. */
export interface Joined {
  readonly model: Model;
  /** The outputs of each model, in their order. */
  readonly outputs: readonly (readonly string[])[];
}

/**
 * Puts models side by side into one. Inputs of one name are one input; a weight that several models hold
 * as the same array is there once.
 *
 * @param prefixes of each model's other tensors, all different
 */
export function joinModels(models: readonly Model[], prefixes: readonly string[]): Joined {
  const shared = new Map<Tensor['data'], string>();
  const initializers = new Map<string, Tensor>();
  const inputs = new Map<string, ValueInfo>();
  const parts = models.map((model, index): Graph => {
    const { graph } = model;
    const prefix = prefixes[index] as string;
    const names = new Map<string, string>();
    for (const input of graph.inputs) {
      names.set(input.name, input.name);
      if (!inputs.has(input.name)) inputs.set(input.name, input);
    }
    for (const [name, tensor] of graph.initializers) {
      const known = shared.get(tensor.data);
      const same = known !== undefined && initializers.get(known)?.dims.join() === tensor.dims.join();
      const own = same ? known : `${prefix}${name}`;
      names.set(name, own);
      shared.set(tensor.data, own);
      initializers.set(own, tensor);
    }
    for (const name of namesIn(graph)) {
      if (name !== '' && !names.has(name)) names.set(name, `${prefix}${name}`);
    }
    const renamed = renameInGraph(graph, (name) => names.get(name) ?? name);
    return { ...renamed, nodes: renamed.nodes.map((item) => named(item, prefix)) };
  });
  const [first] = models as [Model, ...Model[]];
  const opsets = new Map(models.flatMap((model) => [...model.opsets]));
  return {
    model: {
      ...first,
      irVersion: Math.max(...models.map(({ irVersion }) => irVersion)),
      opsets,
      graph: {
        name: first.graph.name,
        nodes: parts.flatMap(({ nodes }) => nodes),
        inputs: [...inputs.values()],
        outputs: parts.flatMap(({ outputs }) => outputs),
        initializers,
      },
    },
    outputs: parts.map(({ outputs }) => outputs.map(({ name }) => name)),
  };
}

/** A node may have no name; two may not have the same. */
const named = (item: GraphNode, prefix: string): GraphNode =>
  item.name === '' ? item : { ...item, name: `${prefix}${item.name}` };
