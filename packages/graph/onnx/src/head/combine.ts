import { at, lookUp } from '../graph/at.js';
import type { Graph, Model, ValueInfo } from '../graph/model.js';
import { namesIn, renameInGraph } from '../graph/rename.js';
import type { Tensor } from '../graph/tensor.js';
import { ancestorsOf, readsOf } from '../graph/topology.js';

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
export interface JoinedModels {
  readonly model: Model;
  /** The outputs of each model, in their order. */
  readonly outputs: readonly (readonly string[])[];
}

/**
 * Puts models side by side into one. Inputs of one name are one input; a weight that several models hold
 * as the same array is there once.
 *
 * @param prefixes of each model's other tensors; a name that is taken all the same is made longer
 */
export function joinModels(models: readonly Model[], prefixes: readonly string[]): JoinedModels {
  const shared = new Map<Tensor['data'], string>();
  const initializers = new Map<string, Tensor>();
  const inputs = new Map<string, ValueInfo>();
  for (const { graph } of models) {
    for (const input of graph.inputs) if (!inputs.has(input.name)) inputs.set(input.name, input);
  }
  const claim = claimer(inputs.keys());
  const claimNode = claimer([]);
  const parts = models.map((model, index): Graph => {
    const { graph } = model;
    const prefix = at(prefixes, index);
    const names = new Map(graph.inputs.map(({ name }) => [name, name]));
    for (const [name, tensor] of graph.initializers) {
      const known = shared.get(tensor.data);
      const same = known !== undefined && isSame(lookUp(initializers, known), tensor);
      const own = same ? known : claim(`${prefix}${name}`);
      names.set(name, own);
      shared.set(tensor.data, own);
      initializers.set(own, tensor);
    }
    for (const name of namesIn(graph)) {
      if (name !== '' && !names.has(name)) names.set(name, claim(`${prefix}${name}`));
    }
    const renamed = renameInGraph(graph, (name) => names.get(name) ?? name);
    // ONNX Runtime refuses two nodes of one name, but not nodes without a name.
    const nodes = renamed.nodes.map((item) =>
      item.name === '' ? item : { ...item, name: claimNode(`${prefix}${item.name}`) },
    );
    return { ...renamed, nodes };
  });
  const first = at(models, 0);
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

const isSame = (a: Tensor, b: Tensor): boolean => a.dtype === b.dtype && a.dims.join() === b.dims.join();

/** Gives out names, each once: one that is taken is made longer. */
function claimer(names: Iterable<string>): (name: string) => string {
  const taken = new Set(names);
  return (name) => {
    let free = name;
    while (taken.has(free)) free += '_';
    taken.add(free);
    return free;
  };
}
