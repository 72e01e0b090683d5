import type { Graph } from './model.js';
import { namesIn } from './rename.js';
import type { Tensor } from './tensor.js';

/** Adds an initializer and returns its name, the hint or one near it that is free. */
export type AddConstant = (tensor: Tensor, hint: string) => string;

/** The initializers of a graph, to which those of new nodes are added. */
export function growingInitializers(graph: Graph): {
  readonly initializers: Map<string, Tensor>;
  readonly constant: AddConstant;
} {
  const initializers = new Map(graph.initializers);
  const taken = namesIn(graph);
  const constant: AddConstant = (tensor, hint) => {
    let name = hint;
    while (taken.has(name)) name += '_';
    taken.add(name);
    initializers.set(name, tensor);
    return name;
  };
  return { initializers, constant };
}
