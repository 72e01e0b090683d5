import { describeNode, weightsOf, type Graph, type GraphNode, type Stage } from '@espalier/onnx';
import { hasRule, stopsGradient, varying } from './backward.js';

const rewritten = new Set(['BatchNormalization']);

/** Whether a node can lie between a trained parameter and the loss. */
export const canTrain = (node: GraphNode): boolean =>
  hasRule(node) || stopsGradient(node) || (node.domain === '' && rewritten.has(node.opType));

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
export function findUnsupported(graph: Graph, stages: readonly Stage[]): UnsupportedNode[] {
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
