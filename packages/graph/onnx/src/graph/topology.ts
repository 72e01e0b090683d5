import { OnnxError } from '../errors.js';
import { at, lookUp } from './at.js';
import { describeNode, type Graph, type GraphNode } from './model.js';

/** Tensors a node reads, including what its sub-graphs capture from outside. */
export function readsOf(node: GraphNode): string[] {
  const reads = node.inputs.filter((name) => name !== '');
  for (const attribute of Object.values(node.attributes)) {
    if (attribute.kind === 'graph') reads.push(...capturedBy(attribute.value));
  }
  return reads;
}

function capturedBy(graph: Graph): string[] {
  const own = new Set([...graph.inputs.map(({ name }) => name), ...graph.initializers.keys()]);
  const captured: string[] = [];
  for (const node of graph.nodes) {
    captured.push(...readsOf(node).filter((name) => !own.has(name)));
    for (const output of node.outputs) own.add(output);
  }
  const results = graph.outputs.map(({ name }) => name).filter((name) => !own.has(name));
  return [...captured, ...results];
}

export function producersOf(nodes: readonly GraphNode[]): Map<string, GraphNode> {
  const producers = new Map<string, GraphNode>();
  for (const node of nodes) {
    for (const output of node.outputs) if (output !== '') producers.set(output, node);
  }
  return producers;
}

export function consumersOf(nodes: readonly GraphNode[]): Map<string, GraphNode[]> {
  const consumers = new Map<string, GraphNode[]>();
  for (const node of nodes) {
    for (const name of new Set(readsOf(node))) append(consumers, name, node);
  }
  return consumers;
}

/** Adds to a list in place: a tensor may have tens of thousands of readers. */
function append<Key>(lists: Map<Key, GraphNode[]>, key: Key, node: GraphNode): void {
  const list = lists.get(key);
  if (list === undefined) lists.set(key, [node]);
  else list.push(node);
}

/**
 * The nodes in an order in which each comes after what it reads (Kahn, 1962), keeping the given
 * order where there is a choice. Throws where the graph is cyclic.
 */
export function sortNodes(nodes: readonly GraphNode[], where: string): GraphNode[] {
  const producers = producersOf(nodes);
  const waiting = new Map<GraphNode, number>();
  const dependants = new Map<GraphNode, GraphNode[]>();
  for (const node of nodes) {
    const needed = new Set(readsOf(node).flatMap((name) => producers.get(name) ?? []));
    waiting.set(node, needed.size);
    for (const other of needed) append(dependants, other, node);
  }
  const sorted: GraphNode[] = [];
  const ready = nodes.filter((node) => waiting.get(node) === 0);
  for (let next = 0; next < ready.length; next++) {
    const node = at(ready, next);
    sorted.push(node);
    for (const dependant of dependants.get(node) ?? []) {
      const left = lookUp(waiting, dependant) - 1;
      waiting.set(dependant, left);
      if (left === 0) ready.push(dependant);
    }
  }
  if (sorted.length < nodes.length) {
    const stuck = nodes
      .filter((node) => lookUp(waiting, node) > 0)
      .slice(0, 1)
      .map(describeNode);
    throw new OnnxError(`${where}: the graph is cyclic at ${stuck.join()}; export the model again`);
  }
  return sorted;
}

/** Names of all tensors that `targets` depend on, themselves included. */
export function ancestorsOf(nodes: readonly GraphNode[], targets: readonly string[]): Set<string> {
  const producers = producersOf(nodes);
  const found = new Set<string>();
  const pending = [...targets];
  for (let name = pending.pop(); name !== undefined; name = pending.pop()) {
    if (found.has(name)) continue;
    found.add(name);
    const producer = producers.get(name);
    if (producer !== undefined) pending.push(...readsOf(producer));
  }
  return found;
}

/** Names of all tensors that depend on `sources`, themselves included; `nodes` must be sorted. */
export function descendantsOf(
  nodes: readonly GraphNode[],
  sources: Iterable<string>,
  through: (node: GraphNode) => boolean = () => true,
): Set<string> {
  const found = new Set(sources);
  for (const node of nodes) {
    if (through(node) && readsOf(node).some((name) => found.has(name))) {
      for (const output of node.outputs) if (output !== '') found.add(output);
    }
  }
  return found;
}
