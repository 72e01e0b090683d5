import {
  floatAttribute,
  intAttribute,
  node as makeNode,
  type GraphNode,
  type Model,
  outputOf,
} from '../graph/model.js';
import { descendantsOf } from '../graph/topology.js';
import { isOperator } from '../operators/index.js';

const isTraining = (node: GraphNode): boolean =>
  isOperator(node, 'BatchNormalization') && intAttribute(node, 'training_mode', 0) === 1;

const dataTensors = ({ graph }: Model): Set<string> =>
  descendantsOf(
    graph.nodes,
    graph.inputs.map(({ name }) => name).filter((name) => !graph.initializers.has(name)),
  );

/** Counts the normalisations of data in training mode, which {@link settleTrainingMode} reads as at inference. */
export function countTrainingMode(model: Model): number {
  const data = dataTensors(model);
  return model.graph.nodes.filter((node) => isTraining(node) && data.has(node.inputs[0] ?? '')).length;
}

/**
 * A batch normalisation in training mode computes its statistics from what it reads. Of data, the statistics in
 * the file are meant, which the exporter forgot to choose. Of a weight [1, C, ...], it is weight standardisation
 * (Qiao et al., 2019), which an instance normalisation computes.
 */
export function settleTrainingMode(model: Model): Model {
  if (!model.graph.nodes.some(isTraining)) return model;
  const data = dataTensors(model);
  const nodes = model.graph.nodes.map((node): GraphNode => {
    if (!isTraining(node)) return node;
    const output = outputOf(node);
    const epsilon = floatAttribute(node, 'epsilon', 1e-5);
    if (!data.has(node.inputs[0] ?? '')) {
      return makeNode(
        'InstanceNormalization',
        node.inputs.slice(0, 3),
        [output],
        { epsilon },
        { name: node.name },
      );
    }
    return makeNode('BatchNormalization', node.inputs, [output], { epsilon }, { name: node.name });
  });
  return { ...model, graph: { ...model.graph, nodes } };
}
