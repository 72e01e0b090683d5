import { basename } from 'node:path';
import { writeAtomic, writeFileAtomic } from '@espalier/base/files';
import type { Attribute, Graph, GraphNode, Model, ValueInfo } from '../graph/model.js';
import { bytesOfTensor, codeOfDataType, type Tensor } from '../graph/tensor.js';
import { encodeModelProto } from './schema.js';

interface ExternalPart {
  readonly bytes: Uint8Array;
  readonly offset: number;
}
type Store = (tensor: Tensor) => object;

const utf8 = new TextEncoder();
const inline: Store = (tensor) => ({ rawData: bytesOfTensor(tensor) });

/** The bytes of an `.onnx` file with all weights inside. */
export const encodeModel = (model: Model): Uint8Array => encodeModelProto(modelProto(model, inline));

export interface WriteOptions {
  /** Tensors of at least this many bytes go to `<file>.data`; by default none below 1.8 GB in all do. */
  readonly externalFrom?: number;
}

/** Writes a model, atomically; what does not fit protobuf's 2 GiB goes to an external data file. */
export async function writeModel(path: string, model: Model, options: WriteOptions = {}): Promise<void> {
  const total = [...model.graph.initializers.values()].reduce((sum, { data }) => sum + data.byteLength, 0);
  const externalFrom = options.externalFrom ?? (total > 1.8e9 ? 1024 : Infinity);
  const location = `${basename(path)}.data`;
  const parts: ExternalPart[] = [];
  let end = 0;
  const store: Store = (tensor) => {
    const size = tensor.data.byteLength;
    // An empty tensor may start beyond the end of the file, which readers refuse.
    if (size === 0 || size < externalFrom) return inline(tensor);
    // The specification asks for offsets on page boundaries so that the file can be mapped.
    const offset = Math.ceil(end / 4096) * 4096;
    end = offset + size;
    parts.push({ bytes: bytesOfTensor(tensor), offset });
    const entries = { location, offset: String(offset), length: String(size) };
    return {
      dataLocation: 1,
      externalData: Object.entries(entries).map(([key, value]) => ({ key, value })),
    };
  };
  const bytes = encodeModelProto(modelProto(model, store));
  if (parts.length > 0) await writeExternal(`${path}.data`, parts);
  await writeFileAtomic(path, bytes);
}

const writeExternal = (path: string, parts: readonly ExternalPart[]): Promise<void> =>
  writeAtomic(path, async (handle) => {
    for (const { bytes, offset } of parts) await handle.write(bytes, 0, bytes.length, offset);
  });

function modelProto(model: Model, store: Store): object {
  return {
    irVersion: model.irVersion,
    producerName: 'espalier',
    opsetImport: [...model.opsets].map(([domain, version]) => ({ domain, version })),
    graph: graphProto(model.graph, store),
    metadataProps: Object.entries(model.metadata).map(([key, value]) => ({ key, value })),
  };
}

function graphProto(graph: Graph, store: Store): object {
  return {
    name: graph.name || 'graph',
    node: graph.nodes.map((node) => nodeProto(node)),
    initializer: [...graph.initializers].map(([name, tensor]) => tensorProto(tensor, name, store)),
    input: graph.inputs.map(valueInfoProto),
    output: graph.outputs.map(valueInfoProto),
  };
}

const tensorProto = (tensor: Tensor, name: string, store: Store): object => ({
  name,
  dims: tensor.dims,
  dataType: codeOfDataType(tensor.dtype),
  ...store(tensor),
});

const nodeProto = (node: GraphNode): object => ({
  input: node.inputs,
  output: node.outputs,
  name: node.name,
  opType: node.opType,
  domain: node.domain,
  attribute: Object.entries(node.attributes).map(([name, value]) => ({ name, ...attributeProto(value) })),
});

function attributeProto(attribute: Attribute): object {
  switch (attribute.kind) {
    case 'float':
      return { type: 1, f: attribute.value };
    case 'int':
      return { type: 2, i: attribute.value };
    case 'string':
      return { type: 3, s: utf8.encode(attribute.value) };
    case 'tensor':
      return { type: 4, t: tensorProto(attribute.value, '', inline) };
    case 'graph':
      return { type: 5, g: graphProto(attribute.value, inline) };
    case 'floats':
      return { type: 6, floats: attribute.value };
    case 'ints':
      return { type: 7, ints: attribute.value };
    case 'strings':
      return { type: 8, strings: attribute.value.map((item) => utf8.encode(item)) };
  }
}

function valueInfoProto({ name, dtype, shape }: ValueInfo): object {
  if (dtype === null) return { name };
  const dims = shape?.map((dim) =>
    dim === null ? {} : typeof dim === 'number' ? { dimValue: dim } : { dimParam: dim },
  );
  const tensorType = { elemType: codeOfDataType(dtype), ...(dims && { shape: { dim: dims } }) };
  return { name, type: { tensorType } };
}
