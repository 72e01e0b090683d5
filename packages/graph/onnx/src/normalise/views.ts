import { intAttribute, intsAttribute, type GraphNode, type Model } from '../graph/model.js';
import { permute } from '../graph/permute.js';
import { renameInNode } from '../graph/rename.js';
import { fromFront, numbersOf, sizeOf, type Tensor } from '../graph/tensor.js';
import { consumersOf } from '../graph/topology.js';

/** The value of a node that lays an initializer out in another way, or null where it is not known yet. */
type View = (node: GraphNode, tensor: Tensor, constant: (index: number) => number[] | null) => Tensor | null;

const transposed: View = (node, tensor) =>
  permute(tensor, intsAttribute(node, 'perm') ?? tensor.dims.map((_, axis, all) => all.length - 1 - axis));

const reshaped: View = (node, tensor, constant) => {
  const target = constant(1);
  if (target === null) return null;
  const copies = intAttribute(node, 'allowzero', 0) === 0;
  const dims = target.map((dim, axis) => (dim === 0 && copies ? (tensor.dims[axis] ?? 0) : dim));
  const rest = tensor.data.length / sizeOf(dims.filter((dim) => dim !== -1));
  return { ...tensor, dims: dims.map((dim) => (dim === -1 ? rest : dim)) };
};

const unsqueezed: View = (_, tensor, constant) => {
  const axes = constant(1);
  if (axes === null) return null;
  const rank = tensor.dims.length + axes.length;
  const added = new Set(axes.map((axis) => fromFront(axis, rank)));
  const rest = tensor.dims.values();
  const dims = Array.from({ length: rank }, (_, axis) =>
    added.has(axis) ? 1 : (rest.next().value as number),
  );
  return { ...tensor, dims };
};

const squeezed: View = (node, tensor, constant) => {
  const axes = node.inputs.length > 1 ? constant(1) : [];
  if (axes === null) return null;
  const removed = new Set(axes.map((axis) => fromFront(axis, tensor.dims.length)));
  const goes = (dim: number, axis: number): boolean => (axes.length === 0 ? dim === 1 : removed.has(axis));
  return {
    ...tensor,
    dims: tensor.dims.filter((dim, axis) => !goes(dim, axis)),
  };
};

const FLOAT = 1;

/** A cast of float32 to float32, which exporters leave. */
const cast: View = (node, tensor) => (intAttribute(node, 'to', 0) === FLOAT ? tensor : null);

const views: Readonly<Record<string, View>> = {
  Cast: cast,
  Reshape: reshaped,
  Squeeze: squeezed,
  Transpose: transposed,
  Unsqueeze: unsqueezed,
};

/**
 * Gives weights the shape in which layers read them, so that an exporter that writes a transpose before
 * each product and one that folds it make the same graph. A weight that something else reads too, such as
 * an embedding that is also the classifier, stays as it is.
 */
export function foldViews(model: Model): Model {
  const { graph } = model;
  const initializers = new Map(graph.initializers);
  const consumers = consumersOf(graph.nodes);
  const outputs = new Set(graph.outputs.map(({ name }) => name));
  const renamed = new Map<string, string>();
  const readers = new Map([...consumers].map(([name, list]) => [name, list.length]));
  const constant = (name: string): number[] | null => {
    const tensor = initializers.get(name);
    return tensor === undefined ? null : numbersOf(tensor);
  };
  const nodes: GraphNode[] = [];
  for (const original of graph.nodes) {
    const node = renameInNode(original, (name) => renamed.get(name) ?? name);
    const [name, result] = [node.inputs[0] ?? '', node.outputs[0] ?? ''];
    const tensor = node.domain === '' && readers.get(name) === 1 ? initializers.get(name) : undefined;
    const view = tensor?.dtype === 'float32' && !outputs.has(name) && !outputs.has(result);
    const laidOut = view ? views[node.opType]?.(node, tensor, (i) => constant(node.inputs[i] ?? '')) : null;
    if (laidOut == null) {
      nodes.push(node);
      continue;
    }
    initializers.set(name, laidOut);
    renamed.set(result, name);
    readers.set(name, readers.get(result) ?? 0);
  }
  return { ...model, graph: { ...graph, nodes, initializers } };
}
