import type { Graph, GraphNode } from '../graph/model.js';
import { sizeOf } from '../graph/tensor.js';
import { readsOf } from '../graph/topology.js';
import { factsOf } from '../operators/index.js';
import type { TracedTensor } from './trace.js';

type Tensors = ReadonlyMap<string, TracedTensor>;

/**
 * Floating-point operations that a processor does while it moves one number to or from memory. A node that does
 * less for what it reads and writes takes as long as the moving (the roofline: Williams, Waterman & Patterson,
 * 2009); the ridge of ordinary processors with single precision lies between 10 and 40.
 */
const RIDGE = 16;

/**
 * Counts the work of one run of a graph, in floating-point operations: of each node what it computes, or what
 * could be computed while its numbers are moved, whichever is more. It is a measure to compare parts of networks
 * by, the same on every machine.
 *
 * @param tensors types and shapes from a trace; the work is of that trace's batch
 */
export const workOfGraph = (graph: Graph, tensors: Tensors): number =>
  graph.nodes.reduce((sum, node) => sum + workOfNode(node, graph, tensors), 0);

function workOfNode(node: GraphNode, graph: Graph, tensors: Tensors): number {
  const facts = factsOf(node);
  if (facts.moves || facts.readsShape) return 0;
  const sizes = [...readsOf(node).filter((name) => !graph.initializers.has(name)), ...node.outputs].map(
    (name) => sizeOf(tensors.get(name)?.dims ?? []),
  );
  const moved = sizes.reduce((sum, size) => sum + size, 0);
  return Math.max(RIDGE * moved, computedBy(node, tensors));
}

/** Multiplications and additions of a layer; 0 for other nodes, which memory bounds. */
function computedBy(node: GraphNode, tensors: Tensors): number {
  const dims = (name = ''): readonly number[] => tensors.get(name)?.dims ?? [];
  const [input = [], weight = []] = node.inputs.map(dims);
  const output = sizeOf(dims(node.outputs[0]));
  switch (node.opType) {
    case 'Conv':
      return 2 * output * sizeOf(weight.slice(1));
    case 'ConvTranspose':
      return 2 * sizeOf(input) * sizeOf(weight.slice(1));
    case 'MatMul':
      return 2 * output * (input.at(-1) ?? 1);
    case 'Gemm':
      return (2 * sizeOf(input) * output) / Math.max(1, dims(node.outputs[0])[0] ?? 1);
    case 'Einsum':
      return 2 * sizeOf([...labelSizes(node, dims).values()]);
    default:
      return 0;
  }
}

/** How long the axis of each letter of an Einsum is. */
function labelSizes(node: GraphNode, dims: (name: string) => readonly number[]): Map<string, number> {
  const { equation } = node.attributes;
  const terms = equation?.kind === 'string' ? (equation.value.split('->')[0] ?? '').split(',') : [];
  return new Map(
    terms.flatMap((term, i) =>
      [...term.trim()].map((letter, axis) => [letter, dims(node.inputs[i] ?? '')[axis] ?? 1] as const),
    ),
  );
}
