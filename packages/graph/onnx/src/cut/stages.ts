import { OnnxError } from '../errors.js';
import { lookUp, at } from '../graph/at.js';
import { intAttribute, type Graph, type GraphNode } from '../graph/model.js';
import { sizeOf } from '../graph/tensor.js';
import { ancestorsOf, descendantsOf, producersOf, readsOf } from '../graph/topology.js';
import { factsOf, isOperator } from '../operators/index.js';
import { computedWeights, isLayer, trainableNames } from '../weights/parameters.js';
import type { Trace } from './trace.js';

/** A run of layers that is frozen or trained as one. */
export interface Stage {
  /** The tensor the stage ends at; freezing up to here caches this tensor. */
  readonly output: string;
  /** Elements of one example's activation at `output`. */
  readonly activation: number;
  /** Names of the weights inside the stage. */
  readonly parameters: readonly string[];
  /** Number of scalars in them. */
  readonly parameterCount: number;
}

/** More would make freeze depths that differ by next to nothing. */
const MOST_STAGES = 24;

/**
 * Tensors through which all flow from the data input to `features` passes, input side first.
 * Only the first input of the graph counts as data; the others are side inputs, which a suffix
 * takes again. Complexity O(nodes).
 */
export function findCuts(trace: Trace, features: string): string[] {
  const { graph } = trace.model;
  const input = graph.inputs[0]?.name ?? '';
  const towards = ancestorsOf(graph.nodes, [features]);
  const from = descendantsOf(graph.nodes, [input]);
  const flows = (name: string): boolean => towards.has(name) && from.has(name);
  if (!flows(features)) {
    throw new OnnxError(`the features '${features}' do not depend on the input '${input}'`);
  }
  const main = graph.nodes.filter((node) => node.outputs.some(flows));
  const readers = new Map<string, number>();
  for (const node of main) {
    for (const name of new Set(readsOf(node).filter(flows))) readers.set(name, (readers.get(name) ?? 0) + 1);
  }
  const batch = trace.tensors.get(input)?.dims[0];
  const live = new Set([input]);
  const cuts: string[] = [];
  for (const node of main) {
    for (const name of node.outputs.filter(flows)) live.add(name);
    for (const name of new Set(readsOf(node).filter(flows))) {
      const left = lookUp(readers, name) - 1;
      readers.set(name, left);
      if (left === 0 && name !== features) live.delete(name);
    }
    const [only] = live;
    if (only === undefined || live.size > 1) continue;
    const tensor = trace.tensors.get(only);
    // Activations are cached by example, so the first axis has to be the batch.
    if (tensor?.dtype === 'float32' && tensor.dims[0] === batch) cuts.push(only);
  }
  return cuts;
}

/**
 * Ordered stages from input to features. `freezeDepth = k` freezes the first k of them.
 *
 * Each ends at a cut: the last one before the next layer that mixes channels, kept where the activation
 * is no larger than the one before (the ends of blocks and bottlenecks), at most {@link MOST_STAGES}.
 * A transformer's block is one stage, and so are its embeddings.
 *
 * @param names cut tensors a plugin prefers, input side first; they must be cuts
 */
export function findStages(trace: Trace, features: string, names?: readonly string[]): Stage[] {
  const cuts = findCuts(trace, features);
  const unknown = names?.find((name) => !cuts.includes(name));
  if (unknown !== undefined) {
    throw new OnnxError(
      `'${unknown}' cannot end a stage, because not all data flows through it; choose from ${cuts.join(', ')}`,
    );
  }
  const places = names?.map((name) => cuts.indexOf(name)) ?? [];
  const early = places.findIndex((place, i) => i > 0 && place <= at(places, i - 1));
  if (early > 0) {
    throw new OnnxError(
      `the stage ends are not in order: '${names?.[early]}' comes before '${names?.[early - 1]}'`,
    );
  }
  const ends = names === undefined ? chooseEnds(trace, cuts, features) : [...names];
  if (ends.at(-1) !== features) ends.push(features);
  return describeStages(trace, ends);
}

function chooseEnds(trace: Trace, cuts: readonly string[], features: string): string[] {
  const { graph } = trace.model;
  const producers = producersOf(graph.nodes);
  const owner = ownersOfWeights(graph, cuts, producers);
  const candidates = cuts.filter(
    (cut, index) => cut === features || (owner.has(index + 1) && [...owner].some((part) => part <= index)),
  );
  const size = (name: string | undefined): number =>
    name === undefined ? Infinity : activationOf(trace, name);
  const ends = candidates.filter((name, i) => name === features || size(name) <= size(candidates[i - 1]));
  return thinOut(joinBlocks(graph, ends, producers));
}

/**
 * Leaves out the ends inside of a transformer's block, between attention and the layers behind it
 * (Vaswani et al., 2017), and those between embeddings that are added up.
 */
function joinBlocks(
  graph: Graph,
  ends: readonly string[],
  producers: ReadonlyMap<string, GraphNode>,
): string[] {
  const parts = segmentsOf(ends, producers);
  const attends = (part: readonly GraphNode[]): boolean => part.some((node) => isOperator(node, 'Softmax'));
  const embeds = (part: readonly GraphNode[]): boolean => {
    const layers = part.filter((node) => isLayer(node, graph));
    return layers.length > 0 && layers.every((node) => factsOf(node).layer === 'lookup');
  };
  return ends.filter((_, i) => {
    const [part, next] = [at(parts, i), parts[i + 1]];
    if (next === undefined) return true;
    return !(attends(part) && !attends(next)) && !(embeds(part) && embeds(next));
  });
}

/** The nodes of each stretch between cuts; stretch i ends at cut i. */
function segmentsOf(cuts: readonly string[], producers: ReadonlyMap<string, GraphNode>): GraphNode[][] {
  const seen = new Set<GraphNode>();
  return cuts.map((cut) => {
    const nodes: GraphNode[] = [];
    const pending = [cut];
    for (let name = pending.pop(); name !== undefined; name = pending.pop()) {
      const producer = producers.get(name);
      if (producer === undefined || seen.has(producer)) continue;
      seen.add(producer);
      nodes.push(producer);
      pending.push(...readsOf(producer));
    }
    return nodes;
  });
}

/** A depthwise convolution belongs to the layer after it, which mixes what it filtered. */
function mixesChannels(node: GraphNode, graph: Graph, computed: ReadonlySet<string>): boolean {
  const depthwise =
    intAttribute(node, 'group', 1) > 1 && graph.initializers.get(node.inputs[1] ?? '')?.dims[1] === 1;
  return isLayer(node, graph, computed) && !depthwise;
}

/** The numbers of the stretches between cuts that mix channels. */
function ownersOfWeights(
  graph: Graph,
  cuts: readonly string[],
  producers: ReadonlyMap<string, GraphNode>,
): Set<number> {
  const parts = segmentsOf(cuts, producers).entries();
  const computed = computedWeights(graph);
  return new Set(
    [...parts].flatMap(([index, part]) =>
      part.some((node) => mixesChannels(node, graph, computed)) ? [index] : [],
    ),
  );
}

const activationOf = (trace: Trace, name: string): number =>
  sizeOf(trace.tensors.get(name)?.dims.slice(1) ?? []);

function thinOut(ends: readonly string[]): string[] {
  if (ends.length <= MOST_STAGES) return [...ends];
  const step = ends.length / MOST_STAGES;
  return Array.from({ length: MOST_STAGES }, (_, i) => at(ends, Math.ceil((i + 1) * step) - 1));
}

function describeStages(trace: Trace, ends: readonly string[]): Stage[] {
  const { graph } = trace.model;
  const taken = new Set(trace.folded);
  return ends.map((output) => {
    const before = ancestorsOf(graph.nodes, [output]);
    const inside = graph.nodes.filter((node) => node.outputs.some((name) => before.has(name)));
    const parameters = trainableNames({ ...graph, nodes: inside }).filter((name) => !taken.has(name));
    for (const name of parameters) taken.add(name);
    const parameterCount = parameters.reduce(
      (sum, name) => sum + (graph.initializers.get(name)?.data.length ?? 0),
      0,
    );
    return { output, activation: activationOf(trace, output), parameters, parameterCount };
  });
}
