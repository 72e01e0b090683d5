import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { OnnxError } from '../errors.js';
import { lookUp } from '../graph/at.js';
import { node, type Model } from '../graph/model.js';
import { bytesPerElement, numbersOf, type DataType, type Tensor } from '../graph/tensor.js';
import { anyModel, validModel } from '../testing/arbitraries.js';
import { graphOf, noise } from '../testing/graphs.js';
import { decodeModel } from './decode.js';
import { readModel } from './read.js';
import { encodeModelProto } from './schema.js';
import { encodeModel, writeModel } from './write.js';

const folder = mkdtempSync(join(tmpdir(), 'espalier-onnx-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const noExternal = (): never => {
  throw new Error('asked for external data');
};
const decode = (bytes: Uint8Array): Model => decodeModel(bytes, 'test.onnx', noExternal);

describe('a model that is written and read', () => {
  it('is the same, whatever is in it', () => {
    fc.assert(
      fc.property(anyModel, (model) => {
        expect(decode(encodeModel(model))).toEqual(model);
      }),
      { numRuns: 200 },
    );
  });

  it('is the same from a file, with any of its weights in another', async () => {
    let count = 0;
    await fc.assert(
      fc.asyncProperty(validModel, fc.constantFrom(undefined, 0, 1, 8, 1000), async (model, externalFrom) => {
        const path = join(folder, `${count++}.onnx`);
        await writeModel(path, model, externalFrom === undefined ? {} : { externalFrom });
        expect(await readModel(path)).toEqual(model);
        const outside = [...model.graph.initializers.values()].some(
          ({ data }) => data.byteLength > 0 && data.byteLength >= (externalFrom ?? Infinity),
        );
        const files = readdirSync(folder).filter((file) => file.startsWith(`${count - 1}.onnx`));
        expect(files).toHaveLength(outside ? 2 : 1);
      }),
      { numRuns: 60 },
    );
  });

  it('starts external weights at page boundaries, each its own', async () => {
    const path = join(folder, 'pages.onnx');
    const initializers = { a: noise('a', [3]), b: noise('b', [2000]), c: noise('c', [5, 2]) };
    const model = graphOf({ nodes: [node('Sum', ['x', 'a', 'b', 'c'], ['y'])], initializers });
    await writeModel(path, model, { externalFrom: 0 });
    expect(await readModel(path)).toEqual(model);
    await writeModel(path, { ...model, metadata: { second: 'time' } }, { externalFrom: 0 });
    expect((await readModel(path)).metadata).toEqual({ second: 'time' });
    expect(readdirSync(folder).filter((file) => file.startsWith('pages'))).toEqual([
      'pages.onnx',
      'pages.onnx.data',
    ]);
  });

  it('reads the standard domain by either of its names', () => {
    const bytes = encodeModelProto({
      opsetImport: [{ domain: 'ai.onnx', version: 18 }],
      graph: { node: [{ opType: 'Relu', domain: 'ai.onnx', input: ['x'], output: ['y'] }] },
    });
    const model = decode(bytes);
    expect(model.opsets).toEqual(new Map([['', 18]]));
    expect(model.graph.nodes[0]?.domain).toBe('');
  });
});

/** A model whose one initializer is the given TensorProto. */
const withTensor = (tensor: object): Tensor => {
  const graph = { node: [{ opType: 'Relu' }], initializer: [{ name: 'w', ...tensor }] };
  return lookUp(decode(encodeModelProto({ graph })).graph.initializers, 'w');
};

const codes: Readonly<Record<DataType, number>> = {
  float32: 1,
  uint8: 2,
  int8: 3,
  uint16: 4,
  int16: 5,
  int32: 6,
  int64: 7,
  bool: 9,
  float16: 10,
  float64: 11,
  uint32: 12,
  uint64: 13,
};

describe('the typed list fields of a tensor', () => {
  it.each<[DataType, string, number[]]>([
    ['float32', 'floatData', [1.5, -2, 0]],
    ['float64', 'doubleData', [0.1, -1e300, 0]],
    ['int64', 'int64Data', [-5, 2 ** 52, 0]],
    ['uint64', 'uint64Data', [5, 2 ** 52, 0]],
    ['uint32', 'uint64Data', [2 ** 32 - 1, 7, 0]],
    ['int32', 'int32Data', [-(2 ** 31), 2 ** 31 - 1, 0]],
    ['int16', 'int32Data', [-32768, 32767, 0]],
    ['int8', 'int32Data', [-128, 127, 0]],
    ['uint16', 'int32Data', [65535, 1, 0]],
    ['uint8', 'int32Data', [255, 1, 0]],
    ['bool', 'int32Data', [1, 0, 1]],
    ['float16', 'int32Data', [0x3c00, 0xc000, 0x7bff]],
  ])('%s from %s', (dtype, field, values) => {
    const tensor = withTensor({ dataType: codes[dtype], dims: [3], [field]: values });
    expect({ ...tensor, data: numbersOf(tensor) }).toEqual({ dtype, dims: [3], data: values });
    expect(tensor.data.BYTES_PER_ELEMENT).toBe(bytesPerElement(dtype));
    const scalar = withTensor({ dataType: codes[dtype], dims: [], [field]: values.slice(0, 1) });
    expect(numbersOf(scalar)).toEqual(values.slice(0, 1));
  });

  it('take the largest int64, which a Slice uses for "to the end"', () => {
    const tensor = withTensor({ dataType: 7, dims: [1], int64Data: ['9223372036854775807'] });
    expect(tensor.data).toEqual(BigInt64Array.of(2n ** 63n - 1n));
    const least = withTensor({ dataType: 7, dims: [1], int64Data: ['-9223372036854775808'] });
    expect(least.data).toEqual(BigInt64Array.of(-(2n ** 63n)));
  });

  it('have to fit the shape', () => {
    const short = (): Tensor => withTensor({ dataType: 1, dims: [2, 2], floatData: [1, 2, 3] });
    expect(short).toThrow(OnnxError);
    expect(short).toThrow(/test\.onnx: initializer 'w' holds 3 values, but its shape \[2,2\] needs 4/);
    const raw = (): Tensor => withTensor({ dataType: 1, dims: [2], rawData: new Uint8Array(7) });
    expect(raw).toThrow(/test\.onnx: initializer 'w' holds 7 bytes, but .* needs 8/);
    const none = (): Tensor => withTensor({ dataType: 1, dims: [2] });
    expect(none).toThrow(/holds 0 values/);
    const odd = (): Tensor => withTensor({ dataType: 1, dims: [-1], floatData: [1] });
    expect(odd).toThrow(/test\.onnx: initializer 'w' has the invalid shape \[-1\]/);
  });

  it('may be of a type that is not supported, which is said', () => {
    expect(() => withTensor({ dataType: 8, dims: [1] })).toThrow(
      /test\.onnx: initializer 'w' has element type 8/,
    );
    const value = { name: 'x', type: { tensorType: { elemType: 16 } } };
    const graph = { node: [{ opType: 'Relu' }], input: [value] };
    expect(() => decode(encodeModelProto({ graph }))).toThrow(/test\.onnx: 'x' has element type 16/);
  });
});
