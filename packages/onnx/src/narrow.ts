import type { Attribute, Graph, GraphNode, Model, ValueInfo } from './model.js';
import { narrowFloat32, type Tensor } from './tensor.js';

const FLOAT32 = 1;
const FLOAT16 = 10;

/**
 * The model in float16, half the size; `normaliseModel` widens it again when it is read. Weights are
 * rounded to 11 bits.
 */
export const narrowModel = (model: Model): Model => ({ ...model, graph: narrowGraph(model.graph) });

const narrowTensor = (tensor: Tensor): Tensor =>
  tensor.dtype === 'float32' ? narrowFloat32(tensor) : tensor;
const narrowValue = (value: ValueInfo): ValueInfo =>
  value.dtype === 'float32' ? { ...value, dtype: 'float16' } : value;

const narrowGraph = (graph: Graph): Graph => ({
  name: graph.name,
  nodes: graph.nodes.map(narrowNode),
  inputs: graph.inputs.map(narrowValue),
  outputs: graph.outputs.map(narrowValue),
  initializers: new Map([...graph.initializers].map(([name, tensor]) => [name, narrowTensor(tensor)])),
});

function narrowNode(node: GraphNode): GraphNode {
  const entries = Object.entries(node.attributes).map(([name, attribute]): [string, Attribute] => {
    if (attribute.kind === 'tensor') return [name, { ...attribute, value: narrowTensor(attribute.value) }];
    if (attribute.kind === 'graph') return [name, { ...attribute, value: narrowGraph(attribute.value) }];
    const casts =
      node.opType === 'Cast' && name === 'to' && attribute.kind === 'int' && attribute.value === FLOAT32;
    return [name, casts ? { kind: 'int', value: FLOAT16 } : attribute];
  });
  return { ...node, attributes: Object.fromEntries(entries) };
}
