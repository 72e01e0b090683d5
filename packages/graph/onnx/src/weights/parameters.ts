import type { Graph, GraphNode } from '../graph/model.js';
import { descendantsOf } from '../graph/topology.js';
import { factsOf } from '../operators/index.js';
import { isConstant, isTable } from './tables.js';

/** Names of the float initializers that a node reads as weights. */
export function weightsOf(node: GraphNode, graph: Graph): string[] {
  const { weights = {}, oftenConstant } = factsOf(node);
  return Object.keys(weights).flatMap((position) => {
    const name = node.inputs[Number(position)] ?? '';
    const tensor = graph.initializers.get(name);
    const trains = tensor?.dtype === 'float32' && tensor.dims.length > 0 && tensor.data.length > 1;
    const fixed = trains && (isTable(tensor) || (oftenConstant === true && isConstant(tensor)));
    return trains && !fixed ? [name] : [];
  });
}

/**
 * Whether a node is a layer with weights of its own, such as a convolution.
 *
 * @param computed tensors that are made of weights alone, from `computedWeights`
 */
export const isLayer = (node: GraphNode, graph: Graph, computed: ReadonlySet<string> = nothing): boolean =>
  factsOf(node).layer !== undefined &&
  (weightsOf(node, graph).length > 0 || computed.has(node.inputs[1] ?? ''));

const nothing: ReadonlySet<string> = new Set();

/** Tensors that are computed from weights without any data, as by weight standardisation (Qiao et al., 2019). */
export function computedWeights(graph: Graph): Set<string> {
  const data = descendantsOf(
    graph.nodes,
    graph.inputs.map(({ name }) => name),
  );
  const weights = descendantsOf(graph.nodes, trainableNames(graph));
  return new Set([...weights].filter((name) => !data.has(name) && !graph.initializers.has(name)));
}

/** All trainable initializers of a graph, in the order of the nodes that read them. */
export const trainableNames = (graph: Graph): string[] => [
  ...new Set(graph.nodes.flatMap((node) => weightsOf(node, graph))),
];
