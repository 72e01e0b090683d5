import { describe, expect, it } from 'vitest';
import { float32, node, type Model } from '../index.js';
import { normaliseModel } from '../normalise/index.js';
import { runtimeReason } from '../runtime/reason.js';
import { createSession, runSession } from '../runtime/session.js';
import { tinyNetwork } from '../testing/index.js';
import { decodeModel } from './decode.js';

const decode = (head: string): Model =>
  decodeModel(Buffer.from(head.padEnd(400, '\0'), 'latin1'), 'x.onnx', () => new Uint8Array());

describe('a model file of another program', () => {
  it.each([
    ['\x1c\0\0\0TFL3', /x\.onnx is a TensorFlow Lite model.*tf2onnx/],
    ['\x89HDF\r\n\x1a\n', /an HDF5 file.*tf2onnx/],
    [`PK\x03\x04${'\0'.repeat(26)}archive/data.pkl`, /a PyTorch checkpoint.*torch\.onnx\.export/],
    ['\x50\x01\0\0\0\0\0\0{"w":{"dtype":"F32"', /a safetensors file.*no graph/],
    ['version https://git-lfs.github.com/spec/v1\n', /a Git LFS pointer.*"git lfs pull"/],
    ['<!doctype html><html>', /a web page \(HTML\).*download the file again/],
    ['\x89PNG\r\n\x1a\n', /a PNG picture and not an ONNX model$/],
    ['hello, this is a letter', /not a complete ONNX model/],
  ])('is called what it is: %j', (head, reason) => {
    expect(() => decode(head)).toThrow(reason);
    expect(() => decode(head)).not.toThrow(/wire type|offset|tag|protobuf/i);
  });
});

it('a network in float64 is refused by the type', () => {
  const model = tinyNetwork();
  const inputs = model.graph.inputs.map((input) => ({ ...input, dtype: 'float64' as const }));
  expect(() => normaliseModel({ ...model, graph: { ...model.graph, inputs } })).toThrow(
    /computes in float64 \(its input 'image' has that type\)/,
  );
});

describe('what ONNX Runtime says', () => {
  it('reaches nobody with its paths, and a batch that is fixed is named', async () => {
    const model: Model = {
      irVersion: 8,
      opsets: new Map([['', 17]]),
      metadata: {},
      graph: {
        name: 'fixed',
        nodes: [node('Reshape', ['x', 'shape'], ['y'])],
        inputs: [{ name: 'x', dtype: 'float32', shape: ['N', 4] }],
        outputs: [{ name: 'y', dtype: 'float32', shape: null }],
        initializers: new Map([['shape', { dtype: 'int64', dims: [2], data: BigInt64Array.of(1n, 4n) }]]),
      },
    };
    const session = await createSession(model);
    const failure = runSession(session, { x: float32([2, 4], new Float32Array(8)) });
    await expect(failure).rejects.toThrow(
      /a Reshape at 'y' cannot reshape \[2,4\] to \[1,4\], because its batch size is fixed/,
    );
    await expect(failure).rejects.not.toThrow(/onnxruntime|\.h:|\.cc/);
    await session.release();
  });

  it('that is not known leaves no word of its own', () => {
    const said = runtimeReason(new Error('/onnxruntime_src/core/x.cc:12 oops was false'));
    expect(said).not.toMatch(/onnxruntime|x\.cc|oops/);
  });
});
