import { traceModel, type Trace } from '../cut/trace.js';
import { lookUp, take } from '../graph/at.js';
import { growingInitializers } from '../graph/constants.js';
import {
  intAttribute,
  intsAttribute,
  node as makeNode,
  type Graph,
  type GraphNode,
  type Model,
  inputOf,
  outputOf,
} from '../graph/model.js';
import { fromFront, int64, numbersOf, type Tensor } from '../graph/tensor.js';
import { isOperator, readsValues } from '../operators/index.js';

/** The number of examples that a file takes at a time; null where it leaves that open. */
export function fixedBatch({ graph }: Model): number | null {
  const data = graph.inputs.find(({ name }) => !graph.initializers.has(name));
  const first = data?.shape?.[0];
  return typeof first === 'number' ? first : null;
}

/**
 * Frees the batch of a graph that was exported for a fixed number of examples: which axis of each tensor the
 * examples lie along is followed from the inputs, and constants that repeat its length, such as the target of a
 * Reshape, take it from the data. What cannot be followed stays as it is; whoever calls checks the result.
 *
 * @param feeds a batch of the fixed size
 */
export async function unfixBatch(model: Model, feeds: Readonly<Record<string, Tensor>>): Promise<Model> {
  const trace = await traceModel(model, feeds);
  const graph = trace.model.graph;
  const { initializers, constant } = growingInitializers(graph);
  const axes = new Map<string, BatchAxis>(graph.inputs.map(({ name }) => [name, { axis: 0, inner: false }]));
  const shapes: Shapes = {
    axes,
    dims: (name) => trace.tensors.get(name)?.dims ?? initializers.get(name)?.dims ?? [],
    batch: trace.tensors.get(graph.inputs[0]?.name ?? '')?.dims[0] ?? 1,
  };
  const nodes = graph.nodes.flatMap((node): GraphNode[] => {
    const freed = freedNode(node, graph, shapes, (tensor) => constant(tensor, `${node.outputs[0]}__free`));
    const batchAxis = batchAxisOf(node, shapes, trace);
    if (batchAxis !== null) for (const name of node.outputs) if (name !== '') axes.set(name, batchAxis);
    return freed;
  });
  return { ...trace.model, graph: { ...graph, inputs: graph.inputs.map(free), nodes, initializers } };
}

const free = (value: Graph['inputs'][number]): Graph['inputs'][number] =>
  value.shape === null ? value : { ...value, shape: ['batch', ...value.shape.slice(1)] };

/** The axis along which the examples lie, and whether they are the innermost or the outermost part of it. */
interface BatchAxis {
  readonly axis: number;
  readonly inner: boolean;
}

interface Shapes {
  readonly axes: ReadonlyMap<string, BatchAxis>;
  readonly dims: (name: string) => readonly number[];
  readonly batch: number;
}

const productOf = (dims: readonly number[]): number => dims.reduce((product, dim) => product * dim, 1);

/**
 * Finds where a Reshape leaves the batch: behind as many elements as before. A matrix takes it into its rows, as
 * attention over [length, batch, width] does before a linear layer.
 */
function reshapedAxis(
  from: readonly number[],
  { axis, inner }: BatchAxis,
  to: readonly number[],
  batch: number,
): BatchAxis | null {
  const before = productOf(from.slice(0, inner ? axis + 1 : axis)) / (inner ? batch : 1);
  const candidates = to.flatMap((dim, i) =>
    productOf(to.slice(0, i)) === before && dim % batch === 0 ? [i] : [],
  );
  const found = candidates.find((candidate) => to[candidate] === batch) ?? candidates[0];
  if (found !== undefined && (found !== 1 || to.length !== 2 || to[1] === batch))
    return { axis: found, inner: false };
  return to.length === 2 && to[0] === before * batch ? { axis: 0, inner: true } : null;
}

function batchAxisOf(node: GraphNode, { axes, dims, batch }: Shapes, trace: Trace): BatchAxis | null {
  const data = node.inputs.find((name) => axes.has(name));
  if (data === undefined || !readsValues(node)) return null;
  const batchAxis = lookUp(axes, data);
  const [from, to] = [dims(data), trace.tensors.get(node.outputs[0] ?? '')?.dims ?? []];
  if (isOperator(node, 'Reshape', 'Flatten')) return reshapedAxis(from, batchAxis, to, batch);
  const axis = movedAxis(node, batchAxis.axis, from, to, data, trace);
  return axis === null || axis < 0 ? null : { ...batchAxis, axis };
}

function movedAxis(
  node: GraphNode,
  axis: number,
  from: readonly number[],
  to: readonly number[],
  data: string,
  trace: Trace,
): number | null {
  switch (node.opType) {
    case 'Transpose':
      return (intsAttribute(node, 'perm') ?? from.map((_, i) => from.length - 1 - i)).indexOf(axis);
    case 'Unsqueeze':
      return otherAxes(axesOf(node, trace), to.length)[axis] ?? null;
    case 'Squeeze': {
      const ones = from.flatMap((dim, i) => (dim === 1 ? [i] : []));
      return otherAxes(node.inputs.length > 1 ? axesOf(node, trace) : ones, from.length).indexOf(axis);
    }
    case 'Gather': {
      const along = fromFront(intAttribute(node, 'axis', 0), from.length);
      if (data !== node.inputs[0]) return along + axis;
      return axis > along ? axis + to.length - from.length : axis;
    }
    default:
      return axisByRank(node, axis, from, to);
  }
}

const axesOf = (node: GraphNode, { model }: Trace): number[] => {
  const axes = model.graph.initializers.get(node.inputs[1] ?? '');
  return axes === undefined ? [] : numbersOf(axes);
};

/** The axes of a tensor that are not among some. */
const otherAxes = (axes: readonly number[], rank: number): number[] => {
  const named = new Set(axes.map((axis) => fromFront(axis, rank)));
  return Array.from({ length: rank }, (_, axis) => axis).filter((axis) => !named.has(axis));
};

/** Reductions drop axes before it; broadcasting and products count from the last axis. */
function axisByRank(
  node: GraphNode,
  axis: number,
  from: readonly number[],
  to: readonly number[],
): number | null {
  if (to.length === from.length) return axis;
  if (to.length > from.length) return axis + to.length - from.length;
  if (axis === 0) return 0;
  return node.opType.startsWith('Reduce') || node.opType === 'ArgMax' ? Math.max(0, axis - 1) : null;
}

/** The node, with a length that repeats the batch taken from the data. */
function freedNode(
  node: GraphNode,
  graph: Graph,
  shapes: Shapes,
  constant: (tensor: Tensor) => string,
): GraphNode[] {
  if (isOperator(node, 'Reshape')) return [freedReshape(node, graph, shapes, constant)];
  if (isOperator(node, 'Concat')) return freedConcat(node, shapes, constant);
  if (isOperator(node, 'Expand')) return [freedExpand(node, graph, shapes, constant)];
  return [node];
}

function freedReshape(
  node: GraphNode,
  graph: Graph,
  { axes, dims, batch }: Shapes,
  constant: (tensor: Tensor) => string,
): GraphNode {
  const [data, target] = [inputOf(node, 0), inputOf(node, 1)];
  const given = axes.get(data);
  if (given === undefined || !graph.initializers.has(target)) return node;
  const to = dims(outputOf(node));
  const batchAxis = reshapedAxis(dims(data), given, to, batch);
  if (batchAxis === null) return node;
  const shape = constant(int64(to.map((dim, i) => (i === batchAxis.axis ? -1 : dim))));
  return { ...node, inputs: [data, shape], attributes: {} };
}

/** An Expand to the batch keeps the length of the axes that it spreads, and the data's own batch. */
function freedExpand(
  node: GraphNode,
  graph: Graph,
  { axes }: Shapes,
  constant: (tensor: Tensor) => string,
): GraphNode {
  const [data, target] = [inputOf(node, 0), inputOf(node, 1)];
  const axis = axes.get(data)?.axis;
  const shape = graph.initializers.get(target);
  if (axis === undefined || shape === undefined) return node;
  const to = numbersOf(shape);
  return { ...node, inputs: [data, constant(int64(to.map((dim, i) => (i === axis ? 1 : dim))))] };
}

/** Repeats what is the same for every example, such as a class token, before it is put beside the data. */
function freedConcat(
  node: GraphNode,
  { axes, dims, batch }: Shapes,
  constant: (tensor: Tensor) => string,
): GraphNode[] {
  const data = node.inputs.find((name) => axes.has(name));
  const axis = axes.get(data ?? '')?.axis;
  if (data === undefined || axis === undefined) return [node];
  const rank = dims(data).length;
  if (fromFront(intAttribute(node, 'axis', 0), rank) === axis) return [node];
  const before: GraphNode[] = [];
  const named = (what: string, index: number): string => `${node.outputs[0]}__${what}${index}`;
  const inputs = node.inputs.map((name, index) => {
    if (axes.has(name) || dims(name)[axis] !== batch || batch !== 1) return name;
    const [shape, length, whole, spread] = take(
      ['shape', 'length', 'whole', 'spread'].map((what) => named(what, index)),
      4,
    );
    const ones = (count: number): string[] =>
      count === 0 ? [] : [constant(int64(new Array<number>(count).fill(1)))];
    before.push(
      makeNode('Shape', [data], [shape]),
      makeNode('Gather', [shape, constant(int64([axis]))], [length], { axis: 0 }),
      makeNode('Concat', [...ones(axis), length, ...ones(rank - axis - 1)], [whole], { axis: 0 }),
      makeNode('Expand', [name, whole], [spread]),
    );
    return spread;
  });
  return [...before, { ...node, inputs }];
}
