import { intsAttribute, node as makeNode, type GraphNode, type Model } from '../graph/model.js';
import { namesIn, renameInNode } from '../graph/rename.js';
import { consumersOf } from '../graph/topology.js';
import { isOperator } from '../operators/index.js';

const isPerm = (node: GraphNode, perm: string): boolean =>
  isOperator(node, 'Transpose') && intsAttribute(node, 'perm')?.join() === perm;

/**
 * A network that turns its tokens [batch, time] to [time, batch] first, as XLNet does, has no activation
 * that could be cached by example. Each of its layer normalisations gets a pair of transposes behind it,
 * which do nothing together and between which the batch is first.
 */
export function turnBatchFirst(model: Model): Model {
  const { graph } = model;
  const data = graph.inputs[0]?.name ?? '';
  const readers = consumersOf(graph.nodes).get(data) ?? [];
  if (!readers.some((node) => isPerm(node, '1,0'))) return model;
  const taken = namesIn(graph);
  const free = (name: string): string => (taken.has(name) ? free(`${name}_`) : name);
  const outputs = new Set(graph.outputs.map(({ name }) => name));
  const renamed = new Map<string, string>();
  const nodes = graph.nodes.flatMap((original): GraphNode[] => {
    const node = {
      ...renameInNode(original, (name) => renamed.get(name) ?? name),
      outputs: original.outputs,
    };
    const result = node.outputs[0] ?? '';
    if (!isOperator(node, 'LayerNormalization') || outputs.has(result)) return [node];
    const [turned, back] = [free(`${result}__batch_first`), free(`${result}__time_first`)];
    renamed.set(result, back);
    const perm = [1, 0, 2];
    return [
      node,
      makeNode('Transpose', [result], [turned], { perm }),
      makeNode('Transpose', [turned], [back], { perm }),
    ];
  });
  return { ...model, graph: { ...graph, nodes } };
}
