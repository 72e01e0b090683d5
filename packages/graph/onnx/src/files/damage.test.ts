import { mkdirSync, mkdtempSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { OnnxError } from '../errors.js';
import { node, type GraphNode, type Model } from '../graph/model.js';
import { normaliseModel } from '../normalise/index.js';
import { validModel } from '../testing/arbitraries.js';
import { graphOf, noise, type TestGraph } from '../testing/graphs.js';
import { tinyNetwork } from '../testing/index.js';
import { decodeModel } from './decode.js';
import { readModel } from './read.js';
import { encodeModelProto } from './schema.js';
import { validateModel } from './validate.js';
import { encodeModel, writeModel } from './write.js';

const folder = mkdtempSync(join(tmpdir(), 'espalier-onnx-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Reads the bytes with readModel: returns a model or the OnnxError, and rethrows any other error. */
function readBytes(bytes: Uint8Array, further: (model: Model) => void = () => undefined): Model | OnnxError {
  try {
    const model = decodeModel(bytes, 'bad.onnx', () => {
      throw new OnnxError('bad.onnx keeps weights elsewhere');
    });
    validateModel(model, 'bad.onnx');
    further(model);
    return model;
  } catch (error) {
    if (!(error instanceof OnnxError)) throw error;
    return error;
  }
}

const expectRefusal = (result: Model | OnnxError): void => {
  expect(result).toBeInstanceOf(OnnxError);
  expect((result as OnnxError).message).toMatch(/bad\.onnx/);
};

describe('damaged bytes', () => {
  it('are refused wherever a file is cut, unless only trailing metadata is missing', () => {
    const bytes = encodeModel({ ...tinyNetwork(), metadata: { note: 'last in the file' } });
    const results = Array.from(bytes, (_, length) => readBytes(bytes.subarray(0, length)));
    const whole = results.flatMap((result, length) =>
      result instanceof OnnxError ? [] : [{ result, length }],
    );
    for (const { result } of whole) expect(result.graph).toEqual((readBytes(bytes) as Model).graph);
    expect(whole.map(({ length }) => bytes.length - length)).toEqual([26]);
    for (const result of results) if (result instanceof OnnxError) expectRefusal(result);
  });

  it('are refused wherever any model is cut', () => {
    fc.assert(
      fc.property(
        validModel,
        fc.double({ min: 0, max: 1, noNaN: true, maxExcluded: true }),
        (model, part) => {
          const bytes = encodeModel(model);
          const result = readBytes(bytes.subarray(0, Math.floor(part * bytes.length)));
          if (result instanceof OnnxError) expectRefusal(result);
          else expect(result.graph).toEqual(model.graph);
        },
      ),
      { numRuns: 150 },
    );
  });

  it('give a model or an OnnxError, whichever bytes are changed', () => {
    const sound = encodeModel(tinyNetwork({ size: 8 }));
    const change = fc.tuple(fc.nat(sound.length - 1), fc.nat(255));
    fc.assert(
      fc.property(fc.array(change, { minLength: 1, maxLength: 4 }), (changes) => {
        const bytes = Uint8Array.from(sound);
        for (const [place, value] of changes) bytes[place] = value;
        readBytes(bytes, normaliseModel);
      }),
      { numRuns: 1500 },
    );
  });

  it('give an OnnxError where they are random', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => expectRefusal(readBytes(bytes))),
      { numRuns: 500 },
    );
  });

  it.each([
    ['none', 0, 0],
    ['groups that open and never end', 100_000, 0x0b],
    ['lengths that never end', 1000, 0xff],
    ['zeros', 1000, 0],
  ])('give an OnnxError: %s', (_, length, value) => {
    expectRefusal(readBytes(new Uint8Array(length).fill(value)));
  });

  it('give an OnnxError where graphs are nested without end', () => {
    let graph: Uint8Array = new Uint8Array();
    const wrap = (tag: number, inner: Uint8Array): Uint8Array => {
      const size: number[] = [];
      for (let rest = inner.length; ; rest >>>= 7) {
        size.push(rest > 127 ? (rest & 127) | 128 : rest);
        if (rest <= 127) break;
      }
      return Uint8Array.from([(tag << 3) | 2, ...size, ...inner]);
    };
    for (let depth = 0; depth < 1500; depth++) graph = wrap(1, wrap(5, wrap(6, graph)));
    expectRefusal(readBytes(wrap(7, graph)));
  });
});

const relu = node('Relu', ['x'], ['y']);
const invalid: readonly (readonly [string, TestGraph | Model, RegExp])[] = [
  ['operator set 6', { nodes: [relu], opset: 6 }, /uses operator set 6; 7 to 24 are supported/],
  ['operator set 99', { nodes: [relu], opset: 99 }, /uses operator set 99/],
  [
    'no operator set',
    { ...graphOf({ nodes: [relu] }), opsets: new Map([['com.microsoft', 1]]) },
    /does not declare its operator set/,
  ],
  [
    'a cycle',
    { nodes: [node('Add', ['x', 'c'], ['b']), node('Relu', ['b'], ['c'])] },
    /the graph is cyclic at Add 'b'/,
  ],
  ['a node that reads itself', { nodes: [node('Add', ['x', 'y'], ['y'])] }, /cyclic at Add 'y'/],
  [
    'a missing initializer',
    { nodes: [node('Conv', ['x', 'conv.weight'], ['y'])] },
    /Conv 'y' reads 'conv\.weight', which is neither/,
  ],
  [
    'a tensor produced twice',
    { nodes: [relu, node('Abs', ['x'], ['y'])] },
    /'y' is produced twice, again by Abs/,
  ],
  [
    'a node that produces an input',
    { nodes: [relu, node('Abs', ['y'], ['x'])] },
    /'x' is produced twice, again by Abs/,
  ],
  [
    'a node that produces an initializer',
    { nodes: [relu], initializers: { y: noise('y', [1]) } },
    /'y' is produced twice/,
  ],
  ['an output nothing produces', { nodes: [relu], outputs: ['z'] }, /nothing produces the output 'z'/],
  ['no output', { nodes: [relu], outputs: [] }, /declares no output/],
  [
    'a sub-graph that captures what is not there',
    { nodes: [relu, ifNode('cond', 'y', 'missing')], initializers: { cond: noise('c', [1]) } },
    /If 'out' reads 'missing'/,
  ],
];

/** An If whose branches return tensors of the graph around them. */
function ifNode(condition: string, yes: string, no: string): GraphNode {
  const branch = (name: string): Model['graph'] =>
    graphOf({ nodes: [node('Identity', [name], [`${name}_copy`])], inputs: {} }).graph;
  return {
    ...node('If', [condition], ['out']),
    attributes: {
      then_branch: { kind: 'graph', value: branch(yes) },
      else_branch: { kind: 'graph', value: branch(no) },
    },
  };
}

describe('a file that is whole and wrong is refused by name', () => {
  it.each(invalid)('%s', async (what, graph, message) => {
    const path = join(folder, `${what}.onnx`);
    await writeModel(path, 'nodes' in graph ? graphOf(graph) : graph);
    const reading = readModel(path);
    await expect(reading).rejects.toThrow(OnnxError);
    await expect(reading).rejects.toThrow(message);
    await expect(reading).rejects.toThrow(`${what}.onnx`);
  });

  it.each<[string, { functions?: object[]; graph?: object | null }, RegExp]>([
    ['functions', { functions: [{ name: 'Gelu' }] }, /bad\.onnx uses model-local functions \(Gelu\)/],
    ['sparse weights', { graph: { sparseInitializer: [{}] } }, /bad\.onnx has sparse weights/],
    [
      'an attribute of an unknown kind',
      { graph: { node: [{ name: 'n', opType: 'Relu', attribute: [{ name: 'a', type: 11 }] }] } },
      /bad\.onnx: node 'n': attribute 'a' has type 11/,
    ],
    ['no graph', { graph: null }, /bad\.onnx is not an ONNX model, or it is truncated/],
  ])('%s', (_, changes, message) => {
    const base = { graph: { node: [{ opType: 'Relu' }] } };
    const graph = changes.graph === null ? undefined : { ...base.graph, ...changes.graph };
    const result = readBytes(encodeModelProto({ ...base, ...changes, graph }));
    expectRefusal(result);
    expect((result as OnnxError).message).toMatch(message);
  });

  it('a file that is not there, or is a folder', async () => {
    await expect(readModel(join(folder, 'none.onnx'))).rejects.toThrow(
      /there is no model file at .*none\.onnx/,
    );
    await expect(readModel(folder)).rejects.toThrow(OnnxError);
  });
});

describe('external data', () => {
  const model = graphOf({ nodes: [node('Add', ['x', 'w'], ['y'])], initializers: { w: noise('w', [4]) } });

  /** A file with one external tensor of 16 bytes at the given place. */
  const pointing = (name: string, entries: Readonly<Record<string, string>>): string => {
    const path = join(folder, name);
    const externalData = Object.entries(entries).map(([key, value]) => ({ key, value }));
    const w = { name: 'w', dataType: 1, dims: [4], dataLocation: 1, externalData };
    const graph = {
      node: [{ opType: 'Add', input: ['x', 'w'], output: ['y'] }],
      input: [{ name: 'x' }],
      output: [{ name: 'y' }],
      initializer: [w],
    };
    const bytes = encodeModelProto({ irVersion: 8, opsetImport: [{ version: 18 }], graph });
    writeFileSync(path, bytes);
    return path;
  };

  it('that is missing or too short is named', async () => {
    const path = join(folder, 'split.onnx');
    await writeModel(path, model, { externalFrom: 0 });
    truncateSync(`${path}.data`, 15);
    await expect(readModel(path)).rejects.toThrow(
      /split\.onnx expects 16 bytes at 0 of 'split\.onnx\.data', which has 15/,
    );
    rmSync(`${path}.data`);
    await expect(readModel(path)).rejects.toThrow(OnnxError);
    await expect(readModel(path)).rejects.toThrow(
      /split\.onnx stores weights in 'split\.onnx\.data', which does not exist/,
    );
  });

  it('runs to the end of its file where no length is given', async () => {
    writeFileSync(
      join(folder, 'tail'),
      Buffer.concat([Buffer.alloc(8), Buffer.from(Float32Array.of(1, 2, 3, 4).buffer)]),
    );
    const read = await readModel(pointing('tail.onnx', { location: 'tail', offset: '8' }));
    expect(read.graph.initializers.get('w')?.data).toEqual(Float32Array.of(1, 2, 3, 4));
  });

  it('outside the folder is refused, unread', async () => {
    writeFileSync(join(folder, 'secret'), new Uint8Array(16));
    mkdirSync(join(folder, 'inner'), { recursive: true });
    const places = [
      '../secret',
      join(folder, 'secret'),
      '',
      '.',
      'a/../../secret',
      '..',
      '../inner-other/secret',
    ];
    for (const location of places) {
      const reading = readModel(pointing('inner/escape.onnx', { location }));
      await expect(reading).rejects.toThrow(OnnxError);
      await expect(reading).rejects.toThrow(
        /escape\.onnx stores weights in '.*', which is outside its own folder/,
      );
    }
  });

  it('behind a link is refused where that leaves the folder, and read where both lie together', async () => {
    const [place, store] = [join(folder, 'linked'), join(folder, 'stored')];
    for (const one of [place, store]) mkdirSync(one, { recursive: true });
    writeFileSync(join(folder, 'secret'), new Uint8Array(16));
    symlinkSync(join('..', 'secret'), join(place, 'link.bin'));
    const escaping = readModel(pointing('linked/escape.onnx', { location: 'link.bin' }));
    await expect(escaping).rejects.toThrow(
      /'link\.bin', a link that leads out of its own folder; replace it/,
    );
    // A folder of links is no way around it.
    symlinkSync('..', join(place, 'folder'));
    const around = readModel(pointing('linked/around.onnx', { location: 'folder/secret' }));
    await expect(around).rejects.toThrow(/a link that leads out of its own folder/);
    // As the hub's cache has them: links into one folder of contents.
    writeFileSync(join(store, 'weights'), Buffer.from(Float32Array.of(1, 2, 3, 4).buffer));
    pointing('stored/network', { location: 'model.data' });
    symlinkSync(join('..', 'stored', 'network'), join(place, 'model.onnx'));
    symlinkSync(join('..', 'stored', 'weights'), join(place, 'model.data'));
    const { graph } = await readModel(join(place, 'model.onnx'));
    expect(graph.initializers.get('w')?.data).toEqual(Float32Array.of(1, 2, 3, 4));
  });

  it.each([
    [{ location: 'whole', offset: '-4', length: '16' }],
    [{ location: 'whole', offset: '0.5', length: '15.5' }],
    [{ location: 'whole', offset: 'x' }],
    [{ location: 'whole', length: 'Infinity' }],
    [{ location: 'whole', length: '1e30' }],
    [{ location: 'whole', length: '12' }],
    [{ location: 'inner' }],
    [{ location: 'who\0le' }],
  ])('at an impossible place is an OnnxError: %j', async (entries) => {
    writeFileSync(join(folder, 'whole'), new Uint8Array(16));
    mkdirSync(join(folder, 'inner'), { recursive: true });
    const reading = readModel(pointing('place.onnx', entries));
    await expect(reading).rejects.toThrow(OnnxError);
    await expect(reading).rejects.toThrow(/place\.onnx/);
  });
});
