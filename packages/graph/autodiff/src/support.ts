import {
  at,
  describeNode,
  stopsGradient,
  weightsOf,
  type Graph,
  type GraphNode,
  type Stage,
} from '@espalier/onnx';
import { differentiate, varying } from './backward.js';
import { AutodiffError } from './errors.js';
import { createBuilder } from './graph/builder.js';
import type { Dims } from './graph/dims.js';
import { isRewritten, lowerForward } from './rewrites/index.js';
import { hasRule } from './rules/index.js';

/** Tells whether a node can lie between a trained parameter and the loss. */
const canTrain = (node: GraphNode): boolean => hasRule(node) || stopsGradient(node) || isRewritten(node);

export interface UnsupportedNode {
  readonly opType: string;
  /** Operator and name, as messages show it. */
  readonly node: string;
  /** The stage it is in, counted from 1; freezing this many stages avoids it. */
  readonly stage: number;
}

/**
 * Operators that a gradient would have to pass through and that have no rule.
 *
 * @param stages of the graph, input side first
 */
function findUnsupported(graph: Graph, stages: readonly Stage[]): UnsupportedNode[] {
  const stageOf = stageNumbers(graph, stages);
  const weights = graph.nodes.flatMap((node) => weightsOf(node, graph));
  const flows = varying(graph.nodes, weights);
  return graph.nodes.flatMap((node) => {
    const stage = stageOf.get(node);
    const passed = node.inputs.some((name) => flows.has(name));
    if (stage === undefined || !passed || canTrain(node)) return [];
    return [{ opType: node.opType, node: describeNode(node), stage }];
  });
}

/**
 * The same, and nodes whose rule does not take the form that they have: the gradients of the lowest depth that
 * seems possible are written down, without being run.
 *
 * @param dims shapes of all tensors of the graph, traced
 */
export function findUntrainable(
  graph: Graph,
  stages: readonly Stage[],
  dims: ReadonlyMap<string, Dims>,
): UnsupportedNode[] {
  const found = findUnsupported(graph, stages);
  const stageOf = stageNumbers(graph, stages);
  for (;;) {
    const lowest = at(possibleFreezeDepths(stages, found), 0);
    const output = failureAbove(graph, stages, lowest, dims);
    const node = graph.nodes.find(({ outputs }) => outputs[0] === output);
    if (node === undefined) return found;
    const stage = Math.max(lowest + 1, stageOf.get(node) ?? 0);
    found.push({ opType: node.opType, node: describeNode(node), stage });
  }
}

/** The first output of a node that cannot be differentiated when `depth` stages are frozen; null where all can. */
function failureAbove(
  graph: Graph,
  stages: readonly Stage[],
  depth: number,
  dims: ReadonlyMap<string, Dims>,
): string | null {
  const wanted = stages.slice(depth).flatMap(({ parameters }) => parameters);
  const features = stages.at(-1)?.output ?? '';
  if (wanted.length === 0) return null;
  const trained = new Set(wanted);
  const initializers = new Map([...graph.initializers].filter(([name]) => !trained.has(name)));
  const shapes = new Map([
    ...dims,
    ...wanted.map((name) => [name, graph.initializers.get(name)?.dims ?? []] as const),
  ]);
  const b = createBuilder({ initializers }, shapes);
  try {
    lowerForward(b, graph, new Set());
    const seed = b.declare(b.fresh('seed'), b.dims(features));
    differentiate(b, new Map([[features, seed]]), wanted);
    return null;
  } catch (error) {
    if (!(error instanceof AutodiffError) || error.output === null) throw error;
    return error.output;
  }
}

/** Freeze depths 0..S at which everything that has to be differentiated has a rule. */
export function possibleFreezeDepths(
  stages: readonly Stage[],
  unsupported: readonly UnsupportedNode[],
): number[] {
  const lowest = Math.max(0, ...unsupported.map(({ stage }) => stage));
  return Array.from({ length: stages.length + 1 - lowest }, (_, i) => lowest + i);
}

function stageNumbers(graph: Graph, stages: readonly Stage[]): Map<GraphNode, number> {
  const producers = new Map(graph.nodes.flatMap((node) => node.outputs.map((name) => [name, node] as const)));
  const numbers = new Map<GraphNode, number>();
  stages.forEach((stage, index) => {
    const pending = [stage.output];
    for (let name = pending.pop(); name !== undefined; name = pending.pop()) {
      const node = producers.get(name);
      if (node === undefined || numbers.has(node)) continue;
      numbers.set(node, index + 1);
      pending.push(...node.inputs);
    }
  });
  return numbers;
}
