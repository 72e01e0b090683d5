import type { Attribute, Graph, GraphNode, Model, ValueInfo } from '../graph/model.js';
import { mapSubgraphs } from '../graph/rename.js';
import { codeOfDataType, narrowFloat32, widenFloat16, type DataType, type Tensor } from '../graph/tensor.js';
import { isOperator } from '../operators/index.js';

/** A change from one kind of floats to another. */
interface Conversion {
  readonly from: DataType;
  readonly to: DataType;
  readonly tensor: (tensor: Tensor) => Tensor;
}

/** The model with float32 in place of float16. */
export const widenModel = (model: Model): Model => ({
  ...model,
  graph: convertGraph(model.graph, { from: 'float16', to: 'float32', tensor: widenFloat16 }),
});

/**
 * The model in float16, half the size; `normaliseModel` widens it again when it is read. Weights are
 * rounded to 11 bits.
 */
export const narrowModel = (model: Model): Model => ({
  ...model,
  graph: convertGraph(model.graph, { from: 'float32', to: 'float16', tensor: narrowFloat32 }),
});

function convertGraph(graph: Graph, conversion: Conversion): Graph {
  const value = (info: ValueInfo): ValueInfo =>
    info.dtype === conversion.from ? { ...info, dtype: conversion.to } : info;
  return {
    name: graph.name,
    nodes: graph.nodes.map((node) => convertNode(node, conversion)),
    inputs: graph.inputs.map(value),
    outputs: graph.outputs.map(value),
    initializers: new Map(
      [...graph.initializers].map(([name, tensor]) => [name, convertTensor(tensor, conversion)]),
    ),
  };
}

const convertTensor = (tensor: Tensor, { from, tensor: convert }: Conversion): Tensor =>
  tensor.dtype === from ? convert(tensor) : tensor;

function convertNode(node: GraphNode, conversion: Conversion): GraphNode {
  const entries = Object.entries(node.attributes).map(([name, attribute]): [string, Attribute] => {
    if (attribute.kind === 'tensor') {
      return [name, { ...attribute, value: convertTensor(attribute.value, conversion) }];
    }
    const names = (name === 'to' && isOperator(node, 'Cast')) || name === 'dtype';
    const isTarget = attribute.kind === 'int' && attribute.value === codeOfDataType(conversion.from);
    return [name, names && isTarget ? { kind: 'int', value: codeOfDataType(conversion.to) } : attribute];
  });
  const converted = { ...node, attributes: Object.fromEntries(entries) };
  return mapSubgraphs(converted, (graph) => convertGraph(graph, conversion));
}
