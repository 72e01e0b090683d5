import type { Attribute, Graph, GraphNode } from './model.js';

type Rename = (name: string) => string;

/** Renames the tensors a node reads and produces, in its sub-graphs too. */
export const renameInNode = (node: GraphNode, rename: Rename): GraphNode => ({
  ...node,
  inputs: node.inputs.map(rename),
  outputs: node.outputs.map(rename),
  attributes: mapSubgraphs(node, (graph) => renameInGraph(graph, rename)).attributes,
});

export const renameInGraph = (graph: Graph, rename: Rename): Graph => ({
  ...graph,
  nodes: graph.nodes.map((node) => renameInNode(node, rename)),
  inputs: graph.inputs.map((value) => ({ ...value, name: rename(value.name) })),
  outputs: graph.outputs.map((value) => ({ ...value, name: rename(value.name) })),
  initializers: new Map([...graph.initializers].map(([name, tensor]) => [rename(name), tensor])),
});

/** The node with each of its sub-graphs (the bodies of If and Loop) replaced. */
export function mapSubgraphs(node: GraphNode, change: (graph: Graph) => Graph): GraphNode {
  const entries = Object.entries(node.attributes).map(([name, attribute]): [string, Attribute] => [
    name,
    attribute.kind === 'graph' ? { kind: 'graph', value: change(attribute.value) } : attribute,
  ]);
  return { ...node, attributes: Object.fromEntries(entries) };
}

/** A node and all nodes of its sub-graphs. */
export const withInnerNodes = (node: GraphNode): GraphNode[] => [
  node,
  ...Object.values(node.attributes).flatMap((attribute) =>
    attribute.kind === 'graph' ? attribute.value.nodes.flatMap(withInnerNodes) : [],
  ),
];

/** Every tensor name of a graph and its sub-graphs. */
export const namesIn = (graph: Graph): Set<string> =>
  new Set([
    ...graph.initializers.keys(),
    ...graph.inputs.map(({ name }) => name),
    ...graph.nodes.flatMap(withInnerNodes).flatMap((node) => [...node.inputs, ...node.outputs]),
  ]);
