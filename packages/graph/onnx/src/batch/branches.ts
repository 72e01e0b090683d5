import { traceModel } from '../cut/trace.js';
import { at } from '../graph/at.js';
import type { Graph, GraphNode, Model } from '../graph/model.js';
import { node as makeNode, inputOf } from '../graph/model.js';
import { namesIn, renameInGraph, withInnerNodes } from '../graph/rename.js';
import type { Tensor } from '../graph/tensor.js';
import { isOperator } from '../operators/index.js';

/** Branches inside of branches, at most. */
const DEEPEST = 8;

/**
 * Replaces each `If` whose condition is the same for all of some batches, and depends on shapes and constants
 * alone, by the branch that is taken: exporters write one where a network asks for a shape.
 *
 * @param batches of different sizes and lengths; a condition that changes between them stays
 */
export async function takeBranches(
  model: Model,
  batches: readonly Readonly<Record<string, Tensor>>[],
): Promise<Model> {
  let current = model;
  for (let depth = 0; depth < DEEPEST && current.graph.nodes.some(isBranch); depth++) {
    const conditions = await knownConditions(current, batches);
    if (conditions.size === 0) break;
    current = { ...current, graph: withTaken(current.graph, conditions) };
  }
  return current;
}

const isBranch = (node: GraphNode): boolean => isOperator(node, 'If');

/** Tells whether a condition holds, of those that all batches agree on. */
async function knownConditions(
  model: Model,
  batches: readonly Readonly<Record<string, Tensor>>[],
): Promise<Map<string, boolean>> {
  const names = model.graph.nodes.filter(isBranch).map(({ inputs }) => at(inputs, 0));
  const inputs = model.graph.inputs.map(({ name }) => name);
  const found = new Map<string, Set<boolean | null>>(names.map((name) => [name, new Set()]));
  for (const batch of batches) {
    const feeds = Object.fromEntries(
      inputs.flatMap((name) => (batch[name] === undefined ? [] : [[name, batch[name]] as const])),
    );
    const { initializers } = (await traceModel(model, feeds)).model.graph;
    for (const name of names) {
      const value = initializers.get(name)?.data[0];
      found.get(name)?.add(value === undefined ? null : Boolean(value));
    }
  }
  const known = [...found].flatMap(([name, values]) => {
    const [only] = values;
    return values.size === 1 && only !== null && only !== undefined ? [[name, only] as const] : [];
  });
  return new Map(known);
}

function withTaken(graph: Graph, conditions: ReadonlyMap<string, boolean>): Graph {
  const taken = namesIn(graph);
  const initializers = new Map(graph.initializers);
  const nodes = graph.nodes.flatMap((node) => {
    const holds = isBranch(node) ? conditions.get(inputOf(node, 0)) : undefined;
    const branch = node.attributes[holds === true ? 'then_branch' : 'else_branch'];
    if (holds === undefined || branch?.kind !== 'graph') return [node];
    const inner = withFreshNames(branch.value, taken);
    for (const [name, tensor] of inner.initializers) initializers.set(name, tensor);
    const results = node.outputs.flatMap((output, i) =>
      output === '' ? [] : [makeNode('Identity', [at(inner.outputs, i).name], [output])],
    );
    return [...inner.nodes, ...results];
  });
  return { ...graph, nodes, initializers };
}

/** A branch whose own tensors are called as nothing else is; what it reads from outside keeps its name. */
function withFreshNames(branch: Graph, taken: Set<string>): Graph {
  const own = new Set([
    ...branch.initializers.keys(),
    ...branch.nodes.flatMap(withInnerNodes).flatMap(({ outputs }) => outputs),
  ]);
  const renamed = new Map<string, string>();
  for (const name of own) {
    if (name === '') continue;
    let fresh = `${name}__taken`;
    while (taken.has(fresh)) fresh += '_';
    taken.add(fresh);
    renamed.set(name, fresh);
  }
  const inner = renameInGraph(branch, (name) => renamed.get(name) ?? name);
  return { ...inner, nodes: inner.nodes.map((node) => ({ ...node, name: node.outputs[0] ?? node.name })) };
}
