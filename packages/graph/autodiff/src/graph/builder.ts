import { at, node, sizeOf, type Graph, type GraphNode, type Tensor } from '@espalier/onnx';
import { AutodiffError } from '../errors.js';
import { algebraOf, type Algebra, type Attributes, type Emitter } from './algebra.js';
import type { Dims } from './dims.js';

/**
 * Grows a graph node by node and knows the shape of every tensor in it. Shapes are concrete: a training step
 * is compiled for one batch size.
 */
export interface GraphBuilder extends Emitter, Algebra {
  readonly nodes: readonly GraphNode[];
  readonly initializers: ReadonlyMap<string, Tensor>;
  readonly has: (name: string) => boolean;
  /** Declares a tensor that comes from outside, such as a graph input, and returns its name. */
  readonly declare: (name: string, dims: Dims) => string;
  /** Adds an initializer under its own name. */
  readonly hold: (name: string, tensor: Tensor) => void;
  /** Makes a name that nothing has. */
  readonly fresh: (hint: string) => string;
  /** Adds a node that is already made; the shapes of its outputs must be known. */
  readonly append: (made: GraphNode) => void;
  /** Puts a node in the place of another. */
  readonly replace: (place: number, made: GraphNode) => void;
  /** Adds a node with several outputs and returns their names. */
  readonly emitMany: (
    opType: string,
    inputs: readonly string[],
    dims: readonly Dims[],
    attributes?: Attributes,
  ) => string[];
  /** Makes a tensor an output of the graph under the name `output`, without a copy where that can be. */
  readonly publish: (input: string, output: string) => void;
}

/** Constants with more elements are compared one by one and not by a key of all their elements. */
const SMALL = 64;

/** @param dims traced shapes of all tensors of `graph`; its nodes are for the caller to append */
export function createBuilder(
  graph: Pick<Graph, 'initializers'>,
  dims: ReadonlyMap<string, Dims>,
): GraphBuilder {
  const nodes: GraphNode[] = [];
  const initializers = new Map(graph.initializers);
  const shapes = new Map<string, Dims>(dims);
  for (const [name, tensor] of initializers) shapes.set(name, tensor.dims);
  /** Outputs of nodes made here, by what they compute. */
  const made = new Map<string, string>();
  /** The place in `nodes` of what was made here, by output. */
  const places = new Map<string, number>();
  const constants = new Map<string, string[]>();
  /** The names under which tensors were published. */
  const published = new Map<string, string>();
  let count = 0;

  const current = (name: string): string => published.get(name) ?? name;
  const fresh = (hint: string): string => `g${count++}_${hint}`;
  const dimsOf = (name: string): Dims => {
    const found = shapes.get(name);
    if (found === undefined) throw new AutodiffError(`the shape of tensor '${name}' is unknown`);
    return found;
  };
  const declare = (name: string, itsDims: Dims): string => {
    shapes.set(name, itsDims);
    return name;
  };
  const hold = (name: string, tensor: Tensor): void => {
    initializers.set(name, tensor);
    declare(name, tensor.dims);
  };

  const emitter: Emitter = {
    dims: dimsOf,
    emit: (opType, inputs, itsDims, attributes = {}, domain = '') => {
      const reads = inputs.map(current);
      const key = JSON.stringify([domain, opType, reads, attributes]);
      const known = made.get(key);
      if (known !== undefined) return current(known);
      const output = fresh(opType);
      made.set(key, output);
      places.set(output, nodes.length);
      nodes.push(node(opType, reads, [output], attributes, { domain }));
      return declare(output, itsDims);
    },
    constant: (tensor, hint = 'constant') => {
      const small = sizeOf(tensor.dims) <= SMALL;
      const key = `${tensor.dtype}[${tensor.dims}]${small ? tensor.data.join() : ''}`;
      const alike = constants.get(key) ?? [];
      const known = alike.find((name) => small || sameData(tensor, initializers.get(name)));
      if (known !== undefined) return known;
      const name = fresh(hint);
      constants.set(key, [...alike, name]);
      hold(name, tensor);
      return name;
    },
  };

  return {
    ...emitter,
    ...algebraOf(emitter),
    nodes,
    initializers,
    has: (name) => shapes.has(name),
    declare,
    hold,
    fresh,
    append: (one) => void nodes.push(one),
    replace: (place, one) => void nodes.splice(place, 1, one),
    emitMany: (opType, inputs, manyDims, attributes = {}) => {
      const outputs = manyDims.map((itsDims, i) => declare(fresh(`${opType}${i}`), itsDims));
      nodes.push(node(opType, inputs.map(current), outputs, attributes));
      return outputs;
    },
    publish: (input, output) => {
      const place = places.get(input);
      declare(output, dimsOf(input));
      if (place === undefined || published.has(input)) {
        nodes.push(node('Identity', [current(input)], [output]));
        return;
      }
      const rename = (name: string): string => (name === input ? output : name);
      published.set(input, output);
      for (let i = place; i < nodes.length; i++) {
        const one = at(nodes, i);
        if (!one.outputs.includes(input) && !one.inputs.includes(input)) continue;
        nodes[i] = { ...one, inputs: one.inputs.map(rename), outputs: one.outputs.map(rename) };
      }
    },
  };
}

const sameData = ({ data }: Tensor, other: Tensor | undefined): boolean =>
  other !== undefined && data.every((value: number | bigint, i: number) => value === other.data[i]);
