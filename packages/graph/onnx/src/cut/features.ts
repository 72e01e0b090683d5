import { at } from '../graph/at.js';
import { intAttribute, node as makeNode, type Graph, type GraphNode, type Model } from '../graph/model.js';
import { float32 } from '../graph/tensor.js';
import { ancestorsOf, descendantsOf, producersOf, readsOf } from '../graph/topology.js';
import { factsOf, isOperator, readsValues } from '../operators/index.js';
import { isLayer, weightsOf } from '../weights/parameters.js';
import type { TracedTensor } from './trace.js';

/** The place of a network's features. */
export type FeaturesPosition =
  /** The tensor that the network's own classifier reads. */
  | 'before the head'
  /** The tensor that several classifiers whose scores are averaged have in common. */
  | 'before the averaged heads'
  /** The tensor that the branches of a detector have in common. */
  | 'before the detections'
  /** The network ends without a classifier. */
  | 'own output';

export interface FoundFeatures {
  /** One tensor, or several of one shape whose mean is meant. */
  readonly tensors: readonly string[];
  readonly place: FeaturesPosition;
}

/** Numbers of classes that networks are published with: ImageNet-1k, -12k, -21k and their subsets. */
const publishedClasses = new Set([1000, 1001, 10450, 11221, 11821, 21841, 21842, 21843]);

/** Whether image networks are published with so many classes. */
export const isPublishedCount = (classes: number): boolean => publishedClasses.has(classes);

/**
 * The tensors a new head should read: the data input of the last linear layer on the way to the
 * model's first output, which is where classifiers keep their own head; what several such heads have in
 * common; what the branches of a detector have in common. Any other network gives its output itself.
 *
 * @param model with what depends on shapes alone folded into constants
 * @param tensors types and shapes of its tensors, by which detectors and averaged heads are known
 */
export function findFeatures({ graph }: Model, tensors: Tensors = new Map()): FoundFeatures {
  const output = graph.outputs[0]?.name ?? '';
  const heads = findHeads(graph, output);
  const [only] = heads;
  if (heads.length === 1 && only !== undefined)
    return { tensors: [dataOf(only, graph)], place: 'before the head' };
  const averaged = heads.length > 1 ? beforeHeads(heads, graph, tensors) : null;
  if (averaged !== null) return { tensors: averaged, place: 'before the averaged heads' };
  const trunk = beforeDetections(graph, output, tensors);
  if (trunk !== null) return { tensors: [trunk], place: 'before the detections' };
  return { tensors: [output], place: 'own output' };
}

/** A model that gives the mean of several tensors of one shape as `name`. */
export function withMean(model: Model, tensors: readonly string[], name: string): Model {
  const { graph } = model;
  const [sum, share] = [`${name}_sum`, `${name}_share`];
  const nodes = [...graph.nodes, makeNode('Sum', tensors, [sum]), makeNode('Mul', [sum, share], [name])];
  const initializers = new Map(graph.initializers).set(
    share,
    float32([], Float32Array.of(1 / tensors.length)),
  );
  return { ...model, graph: { ...graph, nodes, initializers } };
}

type Tensors = ReadonlyMap<string, TracedTensor>;

/** The linear layers whose outputs, and nothing else, form the scores; none where the network ends otherwise. */
function findHeads(graph: Graph, output: string): GraphNode[] {
  const producers = producersOf(graph.nodes);
  const fromData = dataTensors(graph);
  const heads = new Set<GraphNode>();
  const behind: GraphNode[] = [];
  const seen = new Set<string>();
  const pending = [output];
  for (let name = pending.pop(); name !== undefined; name = pending.pop()) {
    if (seen.has(name) || graph.initializers.has(name)) continue;
    seen.add(name);
    const node = producers.get(name);
    if (node === undefined || !fromData.has(name)) return [];
    if (isLayer(node, graph)) {
      if (!isLinear(node, graph)) return [];
      heads.add(node);
      continue;
    }
    behind.push(node);
    pending.push(...readsOf(node));
  }
  const found = graph.nodes.filter((node) => heads.has(node));
  return behind.every((node) => formsScores(node, behind, found, graph)) ? found : [];
}

function formsScores(
  node: GraphNode,
  behind: readonly GraphNode[],
  heads: readonly GraphNode[],
  graph: Graph,
): boolean {
  if (factsOf(node).formsScores || limitsScores(node, graph)) return true;
  if (!factsOf(node).rectifies) return false;
  const ends = behind.some((other) => factsOf(other).makesShares);
  return ends || heads.every((head) => givesClasses(head, graph));
}

/** A 1 x 1 convolution before the pooling gives classes where it narrows, or to a number that is published. */
function givesClasses(head: GraphNode, graph: Graph): boolean {
  const [classes = 0, width = 0] = graph.initializers.get(head.inputs[1] ?? '')?.dims ?? [];
  if (!isOperator(head, 'Conv')) return false;
  const pools = graph.nodes.some((node) => factsOf(node).averagesPlaces);
  return pools && (classes < width || isPublishedCount(classes));
}

/** A Clip to a range with negative numbers, which converters of quantised models leave: no activation. */
function limitsScores(node: GraphNode, graph: Graph): boolean {
  const lowest = graph.initializers.get(node.inputs[1] ?? '')?.data[0];
  return isOperator(node, 'Clip') && (lowest === undefined || Number(lowest) < 0);
}

/** A product with a matrix; a convolution of 1 x 1 pixels is one for each pixel. */
function isLinear(node: GraphNode, graph: Graph): boolean {
  if (!isOperator(node, 'Conv')) return isOperator(node, 'Gemm', 'MatMul');
  const kernel = graph.initializers.get(node.inputs[1] ?? '')?.dims.slice(2) ?? [];
  return kernel.every((dim) => dim === 1) && intAttribute(node, 'group', 1) === 1;
}

function dataOf(layer: GraphNode, graph: Graph): string {
  const weights = new Set(weightsOf(layer, graph));
  const reads = layer.inputs.filter((name) => name !== '' && !weights.has(name));
  return reads.find((name) => !graph.initializers.has(name)) ?? at(reads, 0);
}

const dataTensors = (graph: Graph): Set<string> =>
  descendantsOf(
    graph.nodes,
    graph.inputs.slice(0, 1).map(({ name }) => name),
    readsValues,
  );

/**
 * Finds what averaged classifiers read (DeiT's two tokens, Touvron et al., 2021; LeViT, Graham et al., 2021): the
 * vector that all of them start from, else the mean of their inputs. Null where one is made from another's
 * scores, or their inputs differ in shape: then they are layers of one network, and no heads.
 */
function beforeHeads(heads: readonly GraphNode[], graph: Graph, tensors: Tensors): string[] | null {
  const inputs = [...new Set(heads.map((head) => dataOf(head, graph)))];
  const dims = inputs.map((name) => tensors.get(name)?.dims ?? []);
  const before = ancestorsOf(graph.nodes, inputs);
  const chained = heads.some((head) => head.outputs.some((name) => before.has(name)));
  const alike = dims.every((shape) => shape.length === 2 && shape.join() === dims[0]?.join());
  if (chained || !alike) return null;
  const trunk = deepestCommon(inputs, graph, tensors);
  return trunk !== null && tensors.get(trunk)?.dims.length === 2 ? [trunk] : inputs;
}

/** The last float tensor of the data, in the order of the graph, that all of some tensors depend on. */
function deepestCommon(names: readonly string[], graph: Graph, tensors: Tensors): string | null {
  const fromData = dataTensors(graph);
  const sets = names.map((name) => ancestorsOf(graph.nodes, [name]));
  const made = graph.nodes.flatMap(({ outputs }) => outputs);
  const common = made.filter(
    (name) =>
      fromData.has(name) && tensors.get(name)?.dtype === 'float32' && sets.every((set) => set.has(name)),
  );
  return common.at(-1) ?? null;
}

/**
 * Finds what the branches of a detector have in common. A detector joins what several convolutions say of places of
 * different scales (SSD, Liu et al., 2016; YOLO), or chooses among boxes. Null where the network is none.
 */
function beforeDetections(graph: Graph, output: string, tensors: Tensors): string | null {
  const before = ancestorsOf(graph.nodes, [output]);
  const path = graph.nodes.filter((node) => node.outputs.some((name) => before.has(name)));
  const last = lastLayers(graph, output);
  const branches = last.filter((layer) => isOperator(layer, 'Conv'));
  if (branches.length < 2) return null;
  const joins = path.some((node) => joinsScales(node, tensors));
  if (!joins && !path.some((node) => factsOf(node).choosesBoxes)) return null;
  const trunk = deepestCommon(
    branches.map((layer) => dataOf(layer, graph)),
    graph,
    tensors,
  );
  return trunk !== null && tensors.get(trunk)?.dims.length === 4 ? trunk : null;
}

/** Puts lists of places of different lengths one behind the other. */
function joinsScales(node: GraphNode, tensors: Tensors): boolean {
  if (!isOperator(node, 'Concat')) return false;
  const dims = node.inputs.map((name) => tensors.get(name)?.dims ?? []);
  const rank = dims[0]?.length ?? 0;
  const axis = (intAttribute(node, 'axis', 0) + rank) % Math.max(1, rank);
  const lengths = dims.map((shape) => shape[axis] ?? 0);
  return rank === 3 && axis > 0 && Math.min(...lengths) > 1 && new Set(lengths).size > 1;
}

/** The layers between which and the output no other layer stands. */
function lastLayers(graph: Graph, output: string): GraphNode[] {
  const producers = producersOf(graph.nodes);
  const layers = new Set<GraphNode>();
  const seen = new Set<string>();
  const pending = [output];
  for (let name = pending.pop(); name !== undefined; name = pending.pop()) {
    if (seen.has(name)) continue;
    seen.add(name);
    const node = producers.get(name);
    if (node === undefined) continue;
    if (isLayer(node, graph)) layers.add(node);
    else pending.push(...readsOf(node));
  }
  return [...layers];
}
