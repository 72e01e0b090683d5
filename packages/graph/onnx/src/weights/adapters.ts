import { createRandom } from '@espalier/base/random';
import { at, lookUp } from '../graph/at.js';
import { node, type Graph, type GraphNode, type Model } from '../graph/model.js';
import { float32, floatsOf, sizeOf, type Tensor } from '../graph/tensor.js';
import { isOperator } from '../operators/index.js';
import { weightsOf } from './parameters.js';

/** The two factors of a weight's change, by the name of the weight: [rows, rank] and [rank, columns]. */
export type Adapters = ReadonlyMap<string, readonly [string, string]>;

const FIRST = '__adapter_first';
const SECOND = '__adapter_second';

const factorsOf = (name: string): readonly [string, string] => [`${name}${FIRST}`, `${name}${SECOND}`];

/**
 * Names of the weights that can have an adapter: the matrices of linear layers and of convolutions of 1 x 1
 * that mix all channels.
 */
export const adaptableWeights = (graph: Graph): Set<string> =>
  new Set(
    graph.nodes.flatMap((one) =>
      weightsOf(one, graph).filter((name) => isMatrix(one, lookUp(graph.initializers, name).dims)),
    ),
  );

function isMatrix(one: GraphNode, dims: readonly number[]): boolean {
  const both = dims.filter((length) => length > 1).length === 2;
  if (isOperator(one, 'MatMul', 'Gemm')) return both && dims.length === 2;
  return isOperator(one, 'Conv') && both && dims.length > 2 && sizeOf(dims.slice(2)) === 1;
}

/**
 * Gives weights a change of low rank (LoRA: Hu et al., 2022): W becomes W + AB, where A is drawn by the name of the
 * weight and B is zero, so that the model computes what it did.
 *
 * @param names among {@link adaptableWeights}
 * @param rank of the change, at most; that of a smaller matrix is its shorter side
 */
export function addAdapters(
  model: Model,
  names: Iterable<string>,
  rank: number,
): { readonly model: Model; readonly adapters: Adapters } {
  const { graph } = model;
  const adapters = new Map([...names].map((name) => [name, factorsOf(name)] as const));
  const initializers = new Map(graph.initializers);
  const made: GraphNode[] = [];
  for (const [name, [first, second]] of adapters) {
    const { dims } = lookUp(graph.initializers, name);
    const [rows, columns] = [at(dims, 0), at(dims, 1)];
    const inner = Math.min(rank, rows, columns);
    const random = createRandom('adapter', name, inner);
    const drawn = Float32Array.from({ length: rows * inner }, () => random.normal() / Math.sqrt(rows));
    initializers.set(first, float32([rows, inner], drawn));
    initializers.set(second, float32([inner, columns], new Float32Array(inner * columns)));
    made.push(...changeOf(name, dims, initializers));
  }
  const read = (name: string): string => (adapters.has(name) ? `${name}__adapted` : name);
  const nodes = graph.nodes.map((one) => ({ ...one, inputs: one.inputs.map(read) }));
  return { model: { ...model, graph: { ...graph, nodes: [...made, ...nodes], initializers } }, adapters };
}

/** The nodes of W + AB, in the shape of W. */
function changeOf(name: string, dims: readonly number[], initializers: Map<string, Tensor>): GraphNode[] {
  const [change, shaped, shape] = [`${name}__change`, `${name}__change_shaped`, `${name}__shape`];
  const product = node('MatMul', [...factorsOf(name)], [change]);
  if (dims.length === 2) return [product, node('Add', [name, change], [`${name}__adapted`])];
  initializers.set(shape, { dtype: 'int64', dims: [dims.length], data: BigInt64Array.from(dims, BigInt) });
  return [
    product,
    node('Reshape', [change, shape], [shaped]),
    node('Add', [name, shaped], [`${name}__adapted`]),
  ];
}

/**
 * Puts what adapters have learnt into the weights that they change: the model without adapters computes the same
 * with the result. Other weights stay as they are.
 *
 * @param weights those of adapters, and any others
 */
export function mergeAdapters({ graph }: Model, weights: ReadonlyMap<string, Tensor>): Map<string, Tensor> {
  const merged = new Map(weights);
  for (const [name, tensor] of graph.initializers) {
    const [first, second] = factorsOf(name);
    const [left, right] = [weights.get(first), weights.get(second)];
    if (left === undefined || right === undefined) continue;
    merged.delete(first);
    merged.delete(second);
    merged.set(name, float32(tensor.dims, sumOf(floatsOf(tensor), left, right)));
  }
  return merged;
}

/** W + AB. */
function sumOf(weight: Float32Array, left: Tensor, right: Tensor): Float32Array {
  const [inner, columns] = [at(left.dims, 1), at(right.dims, 1)];
  const [a, b] = [floatsOf(left), floatsOf(right)];
  return weight.map((value, i) => {
    const [row, column] = [Math.floor(i / columns), i % columns];
    let sum = value;
    for (let k = 0; k < inner; k++) sum += at(a, row * inner + k) * at(b, k * columns + column);
    return sum;
  });
}
