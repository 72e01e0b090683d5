import protobuf from 'protobufjs';

const field = (type: string, id: number): protobuf.IField => ({ type, id });
const many = (type: string, id: number, packed = false): protobuf.IField => ({
  rule: 'repeated',
  type,
  id,
  options: { packed },
});
const message = (fields: Record<string, protobuf.IField>): protobuf.IType => ({ fields });

/**
 * The messages of the ONNX file format (onnx.proto, IR version 10 and before) that Espalier uses,
 * with the field numbers of the specification. Fields that are left out are skipped when read.
 */
const root = protobuf.Root.fromJSON({
  nested: {
    StringEntry: message({ key: field('string', 1), value: field('string', 2) }),
    OperatorSet: message({ domain: field('string', 1), version: field('int64', 2) }),
    Dimension: message({ dimValue: field('int64', 1), dimParam: field('string', 2) }),
    Shape: message({ dim: many('Dimension', 1) }),
    TensorType: message({ elemType: field('int32', 1), shape: field('Shape', 2) }),
    Type: message({ tensorType: field('TensorType', 1) }),
    ValueInfo: message({ name: field('string', 1), type: field('Type', 2) }),
    Tensor: message({
      dims: many('int64', 1, true),
      dataType: field('int32', 2),
      floatData: many('float', 4, true),
      int32Data: many('int32', 5, true),
      int64Data: many('int64', 7, true),
      name: field('string', 8),
      rawData: field('bytes', 9),
      doubleData: many('double', 10, true),
      uint64Data: many('uint64', 11, true),
      externalData: many('StringEntry', 13),
      dataLocation: field('int32', 14),
    }),
    Attribute: message({
      name: field('string', 1),
      f: field('float', 2),
      i: field('int64', 3),
      s: field('bytes', 4),
      t: field('Tensor', 5),
      g: field('Graph', 6),
      floats: many('float', 7),
      ints: many('int64', 8),
      strings: many('bytes', 9),
      type: field('int32', 20),
    }),
    Node: message({
      input: many('string', 1),
      output: many('string', 2),
      name: field('string', 3),
      opType: field('string', 4),
      attribute: many('Attribute', 5),
      domain: field('string', 7),
    }),
    SparseTensor: message({ values: field('Tensor', 1) }),
    Graph: message({
      node: many('Node', 1),
      name: field('string', 2),
      initializer: many('Tensor', 5),
      input: many('ValueInfo', 11),
      output: many('ValueInfo', 12),
      sparseInitializer: many('SparseTensor', 15),
    }),
    Function: message({ name: field('string', 1) }),
    Model: message({
      irVersion: field('int64', 1),
      producerName: field('string', 2),
      producerVersion: field('string', 3),
      graph: field('Graph', 7),
      opsetImport: many('OperatorSet', 8),
      metadataProps: many('StringEntry', 14),
      functions: many('Function', 25),
    }),
  },
});

const modelType = root.lookupType('Model');

export interface EntryProto {
  key: string;
  value: string;
}
export interface TensorProto {
  dims: number[];
  dataType: number;
  floatData: number[];
  int32Data: number[];
  int64Data: (number | bigint)[];
  name: string;
  rawData: Uint8Array;
  doubleData: number[];
  uint64Data: (number | bigint)[];
  externalData: EntryProto[];
  dataLocation: number;
}
export interface AttributeProto {
  name: string;
  f: number;
  i: number;
  s: Uint8Array;
  t: TensorProto | null;
  g: GraphProto | null;
  floats: number[];
  ints: number[];
  strings: Uint8Array[];
  type: number;
}
export interface NodeProto {
  input: string[];
  output: string[];
  name: string;
  opType: string;
  attribute: AttributeProto[];
  domain: string;
}
export interface ValueInfoProto {
  name: string;
  type: {
    tensorType: {
      elemType: number;
      shape: { dim: { dimValue?: number; dimParam?: string }[] } | null;
    } | null;
  } | null;
}
export interface GraphProto {
  node: NodeProto[];
  name: string;
  initializer: TensorProto[];
  input: ValueInfoProto[];
  output: ValueInfoProto[];
  sparseInitializer: unknown[];
}
export interface ModelProto {
  irVersion: number;
  producerName: string;
  producerVersion: string;
  graph: GraphProto | null;
  opsetImport: { domain: string; version: number }[];
  metadataProps: EntryProto[];
  functions: { name: string }[];
}

/** Decodes the bytes of a file; throws protobufjs's error where they are not a whole message. */
export function decodeModelProto(bytes: Uint8Array): ModelProto {
  const decoded = modelType.decode(bytes);
  return modelType.toObject(decoded, {
    longs: Number,
    defaults: true,
    arrays: true,
    oneofs: false,
  }) as ModelProto;
}

export function encodeModelProto(model: object): Uint8Array {
  return modelType.encode(modelType.fromObject(model)).finish();
}
