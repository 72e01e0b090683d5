import { float32, int64, node, scalar, type GraphNode, type Model, type Tensor } from '@espalier/onnx';

type Attributes = Parameters<typeof node>[3];

/** A graph under construction. Each function adds to it and answers with the name of a tensor. */
export interface GraphBuilder {
  /** Adds a node with one output. */
  readonly op: (opType: string, inputs: readonly string[], attributes?: Attributes) => string;
  /** Adds a float32 constant. */
  readonly tensor: (dims: readonly number[], values: ArrayLike<number>) => string;
  /** Adds a float32 constant without axes. */
  readonly number: (value: number) => string;
  /** Adds an int64 constant of one axis. */
  readonly ints: (values: readonly number[]) => string;
  /** Reduces axes to a length of 1. */
  readonly reduce: (kind: 'Mean' | 'Max' | 'Sum' | 'L2', x: string, axes: readonly number[]) => string;
  /** Repeats the values at the edges, `before[axis]` times at the start of an axis and as often at its end. */
  readonly padEdges: (x: string, before: readonly number[]) => string;
  /** The graph that leads from `input` to `output`. */
  readonly build: (input: GraphInput, output: string, width: number) => Model;
}

export interface GraphInput {
  readonly name: string;
  /** Without the batch. */
  readonly shape: readonly number[];
}

/** Starts an empty graph of operator set 18. */
export function createGraph(): GraphBuilder {
  const nodes: GraphNode[] = [];
  const initializers = new Map<string, Tensor>();
  const op: GraphBuilder['op'] = (opType, inputs, attributes) => {
    const output = `${opType.toLowerCase()}_${nodes.length}`;
    nodes.push(node(opType, inputs, [output], attributes));
    return output;
  };
  const constant = (value: Tensor): string => {
    const name = `constant_${initializers.size}`;
    initializers.set(name, value);
    return name;
  };
  const ints: GraphBuilder['ints'] = (values) => constant(int64(values));
  return {
    op,
    ints,
    tensor: (dims, values) => constant(float32(dims, values)),
    number: (value) => constant(scalar(value)),
    reduce: (kind, x, axes) => op(`Reduce${kind}`, [x, ints(axes)], { keepdims: 1 }),
    padEdges: (x, before) => op('Pad', [x, ints([...before, ...before])], { mode: 'edge' }),
    build: (input, output, width) => ({
      irVersion: 8,
      opsets: new Map([['', 18]]),
      graph: {
        name: 'plain',
        nodes: [...nodes, node('Identity', [output], ['features'])],
        inputs: [{ name: input.name, dtype: 'float32', shape: ['batch', ...input.shape] }],
        outputs: [{ name: 'features', dtype: 'float32', shape: ['batch', width] }],
        initializers,
      },
      metadata: {},
    }),
  };
}
