import { OnnxError } from '../errors.js';
import type { Attribute, Dimension, Graph, GraphNode, Model, ValueInfo } from '../graph/model.js';
import { dataTypeFromCode, sizeOf, tensorFromBytes, type Tensor } from '../graph/tensor.js';
import { foreignModel } from './foreign.js';
import {
  decodeModelProto,
  type AttributeProto,
  type GraphProto,
  type ModelProto,
  type NodeProto,
  type TensorProto,
  type ValueInfoProto,
} from './schema.js';

/** Fetches the bytes of a tensor that the model file keeps in another file. */
export type ReadExternal = (location: string, offset: number, length: number | null) => Uint8Array;

const text = new TextDecoder();

/** Decodes the bytes of an `.onnx` file. Throws {@link OnnxError} where they are not a whole model. */
export function decodeModel(bytes: Uint8Array, fileName: string, readExternal: ReadExternal): Model {
  const proto = decodeProto(bytes, fileName);
  if (proto.graph === null || proto.graph.node.length === 0) {
    throw new OnnxError(`${fileName} is not an ONNX model, or it is truncated: it holds no graph`);
  }
  if (proto.functions.length > 0) {
    throw new OnnxError(
      `${fileName} uses model-local functions (${proto.functions[0]?.name}); export it with functions inlined`,
    );
  }
  return {
    irVersion: proto.irVersion,
    opsets: new Map(
      proto.opsetImport.map(({ domain, version }) => [domain === 'ai.onnx' ? '' : domain, version]),
    ),
    graph: decodeGraph(proto.graph, fileName, readExternal),
    metadata: Object.fromEntries(proto.metadataProps.map(({ key, value }) => [key, value])),
  };
}

function decodeProto(bytes: Uint8Array, fileName: string): ModelProto {
  const foreign = foreignModel(bytes, fileName);
  if (foreign !== null) throw new OnnxError(foreign);
  try {
    return decodeModelProto(bytes);
  } catch (cause) {
    throw new OnnxError(
      `${fileName} is not a complete ONNX model; it is truncated, damaged or in another format: fetch it again`,
      { cause },
    );
  }
}

function decodeGraph(proto: GraphProto, fileName: string, readExternal: ReadExternal): Graph {
  if (proto.sparseInitializer.length > 0) {
    throw new OnnxError(`${fileName} has sparse weights, which are not supported; export dense ones`);
  }
  const initializers = new Map(
    proto.initializer.map((tensor) => [
      tensor.name,
      decodeTensor(tensor, `${fileName}: initializer '${tensor.name}'`, readExternal),
    ]),
  );
  return {
    name: proto.name,
    nodes: proto.node.map((entry) => decodeNode(entry, fileName, readExternal)),
    inputs: proto.input.map((value) => decodeValueInfo(value, fileName)),
    outputs: proto.output.map((value) => decodeValueInfo(value, fileName)),
    initializers,
  };
}

function decodeNode(proto: NodeProto, fileName: string, readExternal: ReadExternal): GraphNode {
  return {
    name: proto.name,
    opType: proto.opType,
    domain: proto.domain === 'ai.onnx' ? '' : proto.domain,
    inputs: proto.input,
    outputs: proto.output,
    attributes: Object.fromEntries(
      proto.attribute.map((attribute) => [
        attribute.name,
        decodeAttribute(attribute, `${fileName}: node '${proto.name}'`, readExternal),
      ]),
    ),
  };
}

/** Codes of AttributeProto.AttributeType. */
function decodeAttribute(proto: AttributeProto, where: string, readExternal: ReadExternal): Attribute {
  if (proto.type === 4 && proto.t !== null) {
    return {
      kind: 'tensor',
      value: decodeTensor(proto.t, `${where}: attribute '${proto.name}'`, readExternal),
    };
  }
  if (proto.type === 5 && proto.g !== null) {
    return { kind: 'graph', value: decodeGraph(proto.g, where, readExternal) };
  }
  switch (proto.type) {
    case 1:
      return { kind: 'float', value: proto.f };
    case 2:
      return { kind: 'int', value: proto.i };
    case 3:
      return { kind: 'string', value: text.decode(proto.s) };
    case 6:
      return { kind: 'floats', value: proto.floats };
    case 7:
      return { kind: 'ints', value: proto.ints };
    case 8:
      return { kind: 'strings', value: proto.strings.map((item) => text.decode(item)) };
    default:
      throw new OnnxError(
        `${where}: attribute '${proto.name}' has type ${proto.type}, which is not supported`,
      );
  }
}

function decodeValueInfo(proto: ValueInfoProto, where: string): ValueInfo {
  const type = proto.type?.tensorType ?? null;
  const shape = type?.shape ?? null;
  return {
    name: proto.name,
    dtype:
      type === null || type.elemType === 0
        ? null
        : dataTypeFromCode(type.elemType, `${where}: '${proto.name}'`),
    shape:
      shape === null
        ? null
        : shape.dim.map(({ dimValue, dimParam }): Dimension => dimParam || dimValue || null),
  };
}

function decodeTensor(proto: TensorProto, where: string, readExternal: ReadExternal): Tensor {
  const dtype = dataTypeFromCode(proto.dataType, where);
  if (proto.dims.some((dim) => !Number.isSafeInteger(dim) || dim < 0)) {
    throw new OnnxError(`${where} has the invalid shape [${proto.dims}]`);
  }
  if (proto.dataLocation === 1) {
    const entry = new Map(proto.externalData.map(({ key, value }) => [key, value]));
    const length = entry.get('length');
    const bytes = readExternal(
      entry.get('location') ?? '',
      Number(entry.get('offset') ?? 0),
      length === undefined ? null : Number(length),
    );
    return tensorFromBytes(dtype, proto.dims, bytes, where);
  }
  if (proto.rawData.length > 0 || sizeOf(proto.dims) === 0) {
    return tensorFromBytes(dtype, proto.dims, proto.rawData, where);
  }
  return tensorFromLists(proto, where);
}

const largestInt64 = 2n ** 63n - 1n;
/** Numbers beyond 2^53 round up past the largest int64, the usual "to the end" of a Slice. */
const toInt64 = (value: number | bigint): bigint => {
  const big = BigInt(value);
  return big > largestInt64 ? largestInt64 : big;
};

function tensorFromLists(proto: TensorProto, where: string): Tensor {
  const dtype = dataTypeFromCode(proto.dataType, where);
  const tensor = ((): Tensor => {
    const { dims, floatData, doubleData, int32Data, int64Data, uint64Data } = proto;
    switch (dtype) {
      case 'float32':
        return { dtype, dims, data: Float32Array.from(floatData) };
      case 'float64':
        return { dtype, dims, data: Float64Array.from(doubleData) };
      case 'int64':
        return { dtype, dims, data: BigInt64Array.from(int64Data, toInt64) };
      case 'uint64':
        return { dtype, dims, data: BigUint64Array.from(uint64Data, BigInt) };
      case 'uint32':
        return { dtype, dims, data: Uint32Array.from(uint64Data, Number) };
      case 'int32':
        return { dtype, dims, data: Int32Array.from(int32Data) };
      case 'int16':
        return { dtype, dims, data: Int16Array.from(int32Data) };
      case 'int8':
        return { dtype, dims, data: Int8Array.from(int32Data) };
      case 'uint16':
      case 'float16':
        return { dtype, dims, data: Uint16Array.from(int32Data) };
      case 'uint8':
      case 'bool':
        return { dtype, dims, data: Uint8Array.from(int32Data) };
    }
  })();
  if (tensor.data.length !== sizeOf(proto.dims)) {
    throw new OnnxError(
      `${where} holds ${tensor.data.length} values, but its shape [${proto.dims}] needs ${sizeOf(proto.dims)}; ` +
        'the file is truncated or damaged: fetch it again',
    );
  }
  return tensor;
}
