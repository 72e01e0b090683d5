import type { Graph, GraphNode } from './model.js';
import { isConstant, isTable } from './tables.js';
import { descendantsOf } from './topology.js';

/** Operators that give a weight another shape; most are gone after normalisation (see views.ts). */
const layingOut = ['Cast', 'CastLike', 'Reshape', 'Squeeze', 'Transpose', 'Unsqueeze'];

/**
 * Input positions in which an operator reads weights; all of those elementwise operators that exporters
 * use for biases and scales. BatchNormalization's statistics (3, 4) are not weights. Some read a weight
 * before a layer does: Slice cuts a table of positions, Expand repeats a class token for the batch, Concat
 * puts it before the others, ReduceL2 and Div normalise a weight (Salimans & Kingma, 2016), as normalisations
 * of weights do (Qiao et al., 2019) and those of a table of relative places (He et al., 2021).
 */
const weightPositions = new Map(
  Object.entries<readonly number[]>({
    Conv: [1, 2],
    ConvTranspose: [1, 2],
    Gemm: [0, 1, 2],
    MatMul: [0, 1],
    BatchNormalization: [1, 2],
    InstanceNormalization: [0, 1, 2],
    LayerNormalization: [0, 1, 2],
    GroupNormalization: [1, 2],
    PRelu: [1],
    Gather: [0],
    Add: [0, 1],
    Sub: [0, 1],
    Mul: [0, 1],
    Concat: [0, 1, 2, 3],
    Div: [0],
    Einsum: [0, 1],
    Expand: [0],
    ReduceL2: [0],
    Slice: [0],
    ...Object.fromEntries(layingOut.map((opType) => [opType, [0]])),
  }),
);

/** Operators whose weights mix channels: the layers that a stage is counted by. */
const layerOperators = new Set(['Conv', 'ConvTranspose', 'Einsum', 'Gemm', 'MatMul', 'Gather']);

/**
 * Operators that read a constant in these positions as often as a weight: one number throughout is no weight.
 * Exporters write a group normalisation as an InstanceNormalization with scales of 1 and shifts of 0.
 */
const ambiguous = new Set(['Concat', 'Div', 'Expand', 'InstanceNormalization', 'Slice', ...layingOut]);

/** Names of the float initializers that a node reads as weights. */
export function weightsOf(node: GraphNode, graph: Graph): string[] {
  const positions = node.domain === '' ? (weightPositions.get(node.opType) ?? []) : [];
  return positions.flatMap((position) => {
    const name = node.inputs[position] ?? '';
    const tensor = graph.initializers.get(name);
    const trains = tensor?.dtype === 'float32' && tensor.dims.length > 0 && tensor.data.length > 1;
    const fixed = trains && (isTable(tensor) || (ambiguous.has(node.opType) && isConstant(tensor)));
    return trains && !fixed ? [name] : [];
  });
}

/**
 * Whether a node is a layer with weights of its own, such as a convolution.
 *
 * @param computed tensors that are made of weights alone, from `computedWeights`
 */
export const isLayer = (node: GraphNode, graph: Graph, computed: ReadonlySet<string> = nothing): boolean =>
  layerOperators.has(node.opType) &&
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
