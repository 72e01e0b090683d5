import { at } from '../../graph/at.js';
import { node as makeNode, type GraphNode } from '../../graph/model.js';
import { int64, scalar, type Tensor } from '../../graph/tensor.js';

type Attributes = Parameters<typeof makeNode>[3];

/** Writes the standard operators that one fused operator stands for. */
export interface Emitter {
  readonly node: GraphNode;
  /** Version of the standard operators. */
  readonly opset: number;
  /** Name of input `index`, empty where it is left out. */
  input(index: number): string;
  /** Number of axes of input `index`, null where the graph does not tell. */
  rank(index: number): number | null;
  /** Tells whether input `index` is known to hold truth values. */
  isBool(index: number): boolean;
  /** Tells whether output `index` is read. */
  wants(index: number): boolean;
  /** Adds an operator and gives the name of its output. */
  emit(opType: string, inputs: readonly string[], attributes?: Attributes): string;
  /** The same with several outputs. */
  emitMany(opType: string, inputs: readonly string[], count: number, attributes?: Attributes): string[];
  /** Gives a tensor the name of the node's output `index`. */
  give(index: number, tensor: string): void;
  constant(tensor: Tensor): string;
  scalar(value: number): string;
  ints(...values: number[]): string;
  /** A single int64 without axes, such as an index. */
  place(value: number): string;
}

/** Facts that a graph tells of a tensor without being run. */
export interface TensorFacts {
  readonly rankOf: (name: string) => number | null;
  readonly isBool: (name: string) => boolean;
  readonly opset: number;
}

/** Expands one fused operator; false where it has a form that is not known. */
export type Expansion = (e: Emitter) => false | void;

/**
 * The standard operators of a node, or the node itself where its form is not known: that can still be
 * frozen.
 *
 * @param constant keeps a tensor as an initializer and returns its name
 * @param facts what the graph tells of a tensor: its number of axes, null where it is not known, and whether it
 * holds truth values, and of its operator set
 */
export function expandNode(
  node: GraphNode,
  expansion: Expansion,
  constant: (tensor: Tensor, hint: string) => string,
  facts: TensorFacts,
): GraphNode[] {
  const nodes: GraphNode[] = [];
  const prefix = node.outputs.find((name) => name !== '') ?? node.name;
  let count = 0;
  const fresh = (hint: string): string => `${prefix}__${hint}${count++}`;
  const emitMany: Emitter['emitMany'] = (opType, inputs, outputs, attributes) => {
    const names = Array.from({ length: outputs }, () => fresh(opType));
    nodes.push(makeNode(opType, inputs, names, attributes));
    return names;
  };
  const e: Emitter = {
    node,
    opset: facts.opset,
    input: (index) => node.inputs[index] ?? '',
    rank: (index) => facts.rankOf(node.inputs[index] ?? ''),
    isBool: (index) => facts.isBool(node.inputs[index] ?? ''),
    wants: (index) => (node.outputs[index] ?? '') !== '',
    emit: (opType, inputs, attributes) => at(emitMany(opType, inputs, 1, attributes), 0),
    emitMany,
    give: (index, tensor) => {
      const name = node.outputs[index] ?? '';
      if (name !== '') nodes.push(makeNode('Identity', [tensor], [name]));
    },
    constant: (tensor) => constant(tensor, fresh('constant')),
    scalar: (value) => constant(scalar(value), fresh('scalar')),
    ints: (...values) => constant(int64(values), fresh('ints')),
    place: (value) => constant(int64([value], []), fresh('place')),
  };
  return expansion(e) === false ? [node] : nodes;
}
