import type { Graph, GraphNode } from './model.js';

/**
 * Input positions in which an operator reads weights, by operator; `any` for elementwise operators
 * that exporters use for biases and scales. BatchNormalization's statistics (3, 4) are not weights.
 */
const weightPositions = new Map(
  Object.entries<readonly number[]>({
    Conv: [1, 2],
    ConvTranspose: [1, 2],
    Gemm: [0, 1, 2],
    MatMul: [0, 1],
    BatchNormalization: [1, 2],
    InstanceNormalization: [1, 2],
    LayerNormalization: [1, 2],
    GroupNormalization: [1, 2],
    PRelu: [1],
    Gather: [0],
    Add: [0, 1],
    Sub: [0, 1],
    Mul: [0, 1],
  }),
);

/** Operators whose weights mix channels: the layers that a stage is counted by. */
const layerOperators = new Set(['Conv', 'ConvTranspose', 'Gemm', 'MatMul', 'Gather']);

/** Names of the float initializers that a node reads as weights. */
export function weightsOf(node: GraphNode, graph: Graph): string[] {
  const positions = node.domain === '' ? (weightPositions.get(node.opType) ?? []) : [];
  return positions.flatMap((position) => {
    const name = node.inputs[position] ?? '';
    const tensor = graph.initializers.get(name);
    const trains = tensor?.dtype === 'float32' && tensor.dims.length > 0 && tensor.data.length > 1;
    return trains ? [name] : [];
  });
}

/** Whether a node is a layer with weights of its own, such as a convolution. */
export const isLayer = (node: GraphNode, graph: Graph): boolean =>
  layerOperators.has(node.opType) && weightsOf(node, graph).length > 0;

/** All trainable initializers of a graph, in the order of the nodes that read them. */
export const trainableNames = (graph: Graph): string[] => [
  ...new Set(graph.nodes.flatMap((node) => weightsOf(node, graph))),
];
