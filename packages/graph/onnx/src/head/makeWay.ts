import type { Graph } from '../graph/model.js';
import { namesIn, renameInGraph } from '../graph/rename.js';
import { headNames } from './headNames.js';

/** A graph that has none of the names that a head adds. */
export interface ClearedGraph {
  readonly graph: Graph;
  /** Gives the name that a tensor of the graph has now. */
  readonly rename: (name: string) => string;
}

/** Renames the tensors of a graph whose names a head might add. */
export function makeWay(graph: Graph): ClearedGraph {
  const taken = namesIn(graph);
  const rename = (name: string): string => {
    let free = name;
    while (isOurs(name) && (free === name || taken.has(free))) free += '__backbone';
    return free;
  };
  const nodes = graph.nodes.map((item) => (isOurs(item.name) ? { ...item, name: '' } : item));
  return { graph: renameInGraph({ ...graph, nodes }, rename), rename };
}

/** Tells whether a head might add a tensor or a node of this name. */
const isOurs = (name: string): boolean =>
  name.startsWith('espalier_') || name === headNames.logits || name === headNames.probabilities;
