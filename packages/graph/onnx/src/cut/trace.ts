import { OnnxError } from '../errors.js';
import type { Graph, GraphNode, Model } from '../graph/model.js';
import type { DataType, Tensor } from '../graph/tensor.js';
import { descendantsOf, readsOf } from '../graph/topology.js';
import { factsOf, readsValues } from '../operators/index.js';
import { createSession, runSession } from '../runtime/session.js';
import { isTable } from '../weights/tables.js';

export interface TracedTensor {
  readonly dtype: DataType;
  readonly dims: readonly number[];
}

/** A model with what one run on a real batch showed. */
export interface Trace {
  /** The model with everything that depends only on shapes and constants folded into initializers. */
  readonly model: Model;
  /** Names of the initializers that folding made; none of them is a weight. */
  readonly folded: ReadonlySet<string>;
  /** Shape and element type of every input, initializer and intermediate tensor at this batch size. */
  readonly tensors: ReadonlyMap<string, TracedTensor>;
}

/**
 * Runs the model once with every intermediate tensor as an output, which gives each shape without
 * shape inference, and folds shape arithmetic. Tensors that depend on the values of an input are
 * never folded. The trace holds for the batch size of `feeds` alone.
 */
export async function traceModel(model: Model, feeds: Readonly<Record<string, Tensor>>): Promise<Trace> {
  const { graph } = model;
  const values = await runWithEveryOutput(model, feeds);
  const all = [...Object.entries(feeds), ...graph.initializers, ...Object.entries(values)];
  const tensors = new Map(all.map(([name, { dtype, dims }]) => [name, { dtype, dims }]));
  const folded = foldShapes(graph, values);
  const made = [...folded.initializers.keys()].filter((name) => !graph.initializers.has(name));
  return { model: { ...model, graph: folded }, folded: new Set(made), tensors };
}

async function runWithEveryOutput(
  model: Model,
  feeds: Readonly<Record<string, Tensor>>,
): Promise<Record<string, Tensor>> {
  const names = model.graph.nodes.flatMap((node) => node.outputs.filter((name) => name !== ''));
  // A suffix without a node is the head alone; ONNX Runtime refuses to start on it.
  if (names.length === 0) return {};
  const outputs = names.map((name) => ({ name, dtype: null, shape: null }));
  const session = await createSession({ ...model, graph: { ...model.graph, outputs } }, { optimise: false });
  try {
    return await runSession(session, feeds);
  } catch (cause) {
    throw new OnnxError(
      `the model does not run on a batch of shape ${describeFeeds(feeds)}: ${(cause as Error).message}`,
      { cause },
    );
  } finally {
    await session.release();
  }
}

const describeFeeds = (feeds: Readonly<Record<string, Tensor>>): string =>
  Object.entries(feeds)
    .map(([name, { dims }]) => `${name} [${dims}]`)
    .join(', ');

/**
 * Names of all tensors whose values depend on the values of `inputs`. Among them is the shape of what has
 * as many elements as a mask has ones.
 */
function dependentOn(graph: Graph, inputs: readonly string[]): Set<string> {
  const values = new Set(inputs);
  const shapes = new Set<string>();
  for (const node of graph.nodes) {
    const reads = readsOf(node);
    const { shapedBy = [], shapedByFirst } = factsOf(node);
    const sources = shapedByFirst ? reads.slice(0, 1) : reads;
    const shaped =
      sources.some((name) => shapes.has(name)) || shapedBy.some((i) => values.has(node.inputs[i] ?? ''));
    const valued = readsValues(node)
      ? shaped || reads.some((name) => values.has(name))
      : reads.some((name) => shapes.has(name));
    for (const output of node.outputs.filter((name) => name !== '')) {
      if (valued) values.add(output);
      if (shaped && readsValues(node)) shapes.add(output);
    }
  }
  return values;
}

function foldShapes(graph: Graph, values: Readonly<Record<string, Tensor>>): Graph {
  const inputs = graph.inputs.map(({ name }) => name);
  const dependent = dependentOn(graph, inputs);
  // A float computed from weights must stay computed, or the weights could not train.
  const weights = [...graph.initializers].filter(
    ([, tensor]) => tensor.dtype === 'float32' && tensor.dims.length > 0 && !isTable(tensor),
  );
  const weighted = descendantsOf(
    graph.nodes,
    weights.map(([name]) => name),
    readsValues,
  );
  const folds = (node: GraphNode): boolean =>
    node.outputs.every((name) => !dependent.has(name) && !weighted.has(name));
  const initializers = new Map(graph.initializers);
  const nodes = graph.nodes.filter((node) => !folds(node));
  const read = new Set([...nodes.flatMap(readsOf), ...graph.outputs.map(({ name }) => name)]);
  for (const node of graph.nodes) {
    if (!folds(node)) continue;
    for (const name of node.outputs) {
      const value = values[name];
      if (value !== undefined && read.has(name)) initializers.set(name, value);
    }
  }
  const kept = new Map([...initializers].filter(([name]) => read.has(name)));
  return { ...graph, nodes, initializers: kept };
}
