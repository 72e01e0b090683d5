import type { GraphNode, Model } from '../graph/model.js';
import { producersOf } from '../graph/topology.js';
import { isOperator } from '../operators/index.js';

/**
 * Keeps a Pad before a MaxPool from being fused into it: ONNX Runtime's PadFusion forgets the value that is
 * padded with, and a MaxPool pads with less than anything, so that zeros around negative numbers get lost. It
 * leaves alone a MaxPool that gives the places of its maxima, too.
 */
export function guardPadding(model: Model): Model {
  const { graph } = model;
  const producers = producersOf(graph.nodes);
  const nodes = graph.nodes.map((node): GraphNode => {
    const producer = producers.get(node.inputs[0] ?? '');
    if (!isOperator(node, 'MaxPool') || producer === undefined || !isOperator(producer, 'Pad')) return node;
    const [output = '', places = ''] = node.outputs;
    return places === '' ? { ...node, outputs: [output, `${output}__places`] } : node;
  });
  return { ...model, graph: { ...graph, nodes } };
}
