import fc from 'fast-check';
import type { Attribute, Dimension, Graph, GraphNode, Model, ValueInfo } from '../graph/model.js';
import { bytesPerElement, sizeOf, tensorFromBytes, type DataType, type Tensor } from '../graph/tensor.js';

const dtypes: readonly DataType[] = [
  'float32',
  'uint8',
  'int8',
  'uint16',
  'int16',
  'int32',
  'int64',
  'bool',
  'float16',
  'float64',
  'uint32',
  'uint64',
];

const name = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 6 });
const dtype = fc.constantFrom(...dtypes);
const dims = fc.array(fc.nat(3), { maxLength: 3 });

/** A tensor of any type and shape (also none and empty) with any bits in it. */
export const anyTensor: fc.Arbitrary<Tensor> = fc.tuple(dtype, dims).chain(([type, shape]) => {
  const length = sizeOf(shape) * bytesPerElement(type);
  return fc
    .uint8Array({ minLength: length, maxLength: length })
    .map((bytes) => tensorFromBytes(type, shape, bytes, 'arbitrary'));
});

const float = fc.float();
const text = fc.string({ unit: 'grapheme', maxLength: 6 });

const attribute = (depth: number): fc.Arbitrary<Attribute> =>
  fc.oneof(
    float.map((value): Attribute => ({ kind: 'float', value })),
    fc.maxSafeInteger().map((value): Attribute => ({ kind: 'int', value })),
    text.map((value): Attribute => ({ kind: 'string', value })),
    anyTensor.map((value): Attribute => ({ kind: 'tensor', value })),
    fc.array(float, { maxLength: 4 }).map((value): Attribute => ({ kind: 'floats', value })),
    fc.array(fc.maxSafeInteger(), { maxLength: 4 }).map((value): Attribute => ({ kind: 'ints', value })),
    fc.array(text, { maxLength: 3 }).map((value): Attribute => ({ kind: 'strings', value })),
    ...(depth > 0 ? [anyGraph(depth - 1).map((value): Attribute => ({ kind: 'graph', value }))] : []),
  );

const anyNode = (depth: number): fc.Arbitrary<GraphNode> =>
  fc.record({
    name: text,
    opType: name,
    domain: fc.constantFrom('', 'com.microsoft'),
    inputs: fc.array(fc.oneof(name, fc.constant('')), { maxLength: 3 }),
    outputs: fc.array(name, { minLength: 1, maxLength: 2 }),
    attributes: fc.dictionary(name, attribute(depth), { maxKeys: 3, noNullPrototype: true }),
  });

const dimension: fc.Arbitrary<Dimension> = fc.oneof(
  fc.integer({ min: 1, max: 2 ** 40 }),
  name,
  fc.constant(null),
);

/** A type without an element type has no shape in the file format. */
const valueInfo: fc.Arbitrary<ValueInfo> = fc.oneof(
  fc.record({ name, dtype, shape: fc.option(fc.array(dimension, { maxLength: 3 })) }),
  name.map((only) => ({ name: only, dtype: null, shape: null })),
);

const anyGraph = (depth: number): fc.Arbitrary<Graph> =>
  fc.record({
    name,
    nodes: fc.array(anyNode(depth), { minLength: 1, maxLength: 3 }),
    inputs: fc.array(valueInfo, { maxLength: 2 }),
    outputs: fc.array(valueInfo, { maxLength: 2 }),
    initializers: fc.array(fc.tuple(name, anyTensor), { maxLength: 3 }).map((entries) => new Map(entries)),
  });

/** A model that means nothing and uses everything the file format has for it. */
export const anyModel: fc.Arbitrary<Model> = fc.record({
  irVersion: fc.integer({ min: 3, max: 10 }),
  opsets: fc
    .array(fc.tuple(fc.constantFrom('', 'com.microsoft', 'x'), fc.integer({ min: 1, max: 30 })))
    .map((entries) => new Map(entries)),
  graph: anyGraph(1),
  metadata: fc.dictionary(name, text, { maxKeys: 2, noNullPrototype: true }),
});

/** The same model with nothing left out and every initializer used: one that readModel takes. */
export const validModel: fc.Arbitrary<Model> = anyModel.map((model) => {
  const { graph } = model;
  const chain = graph.nodes.map((node, i): GraphNode => ({
    ...node,
    inputs: ['', `tensor ${i - 1}`, ...graph.initializers.keys()],
    outputs: [`tensor ${i}`],
    attributes: Object.fromEntries(
      Object.entries(node.attributes).filter(([, value]) => value.kind !== 'graph'),
    ),
  }));
  const value = (index: number): ValueInfo => ({
    name: `tensor ${index}`,
    dtype: 'float32',
    shape: ['n', 1],
  });
  return {
    ...model,
    opsets: new Map([...model.opsets, ['', 18]]),
    graph: { ...graph, nodes: chain, inputs: [value(-1)], outputs: [value(chain.length - 1)] },
  };
});
