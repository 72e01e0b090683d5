import { intAttribute, type Graph, type GraphNode } from '../../graph/model.js';
import { producersOf } from '../../graph/topology.js';
import { factsOf, isOperator } from '../../operators/index.js';

/**
 * The number of axes of a tensor, found from what is declared and the operators in between; null where
 * that does not tell. A mask has another meaning with each number of axes.
 */
export function rankIn(graph: Graph): (name: string) => number | null {
  const producers = producersOf(graph.nodes);
  const declared = new Map<string, number>();
  for (const { name, shape } of [...graph.inputs, ...graph.outputs]) {
    if (shape !== null) declared.set(name, shape.length);
  }
  for (const [name, { dims }] of graph.initializers) declared.set(name, dims.length);
  const rankOf = (name: string): number | null => {
    const known = declared.get(name);
    if (known !== undefined) return known;
    const node = producers.get(name);
    return node === undefined ? null : rankOfResult(node, name);
  };
  const rankOfResult = (node: GraphNode, name: string): number | null => {
    // The mask index of an embedding: the length of each row.
    if (node.opType === 'EmbedLayerNormalization') return node.outputs[1] === name ? 1 : 3;
    const inputs = node.inputs.filter((input) => input !== '').map(rankOf);
    const known = inputs.filter((rank) => rank !== null);
    const [rank = null] = inputs;
    if (rank === null) return null;
    const axes = graph.initializers.get(node.inputs[1] ?? '')?.data.length;
    if (factsOf(node).keepsRank) return known.length < inputs.length ? null : Math.max(...known);
    if (isOperator(node, 'Unsqueeze')) return axes === undefined ? null : rank + axes;
    if (!isOperator(node, 'ReduceSum')) return null;
    if (intAttribute(node, 'keepdims', 1) === 1) return rank;
    return axes === undefined ? null : rank - axes;
  };
  return rankOf;
}

const BOOL = 9;

/** Tells whether a tensor is known to hold truth values. */
export function boolsIn(graph: Graph): (name: string) => boolean {
  const producers = producersOf(graph.nodes);
  const isBool = (name: string): boolean => {
    const given = graph.initializers.get(name) ?? graph.inputs.find((input) => input.name === name);
    if (given !== undefined) return given.dtype === 'bool';
    const node = producers.get(name);
    if (node === undefined) return false;
    if (isOperator(node, 'Cast')) return intAttribute(node, 'to', 0) === BOOL;
    if (isOperator(node, 'Where')) return isBool(node.inputs[1] ?? '');
    const { givesTruth = false, moves = false } = factsOf(node);
    return givesTruth || (moves && isBool(node.inputs[0] ?? ''));
  };
  return isBool;
}
