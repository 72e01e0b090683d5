import { describe, expect, it } from 'vitest';
import { at, lookUp } from '../graph/at.js';
import { node, type Graph, type GraphNode, type Model } from '../graph/model.js';
import { float32, int64, scalar, type Tensor, floatsOf } from '../graph/tensor.js';
import { replaceHead } from '../head/head.js';
import { difference, graphOf, noise, operatorsOf, run, runBoth } from '../testing/graphs.js';
import { tinyNetwork } from '../testing/index.js';
import { trainableNames } from '../weights/parameters.js';
import { normaliseModel } from './index.js';

const x = noise('x', [3, 4]);

/** Rounds float32 to the bits of binary16; for numbers in its normal range. */
function toHalf(tensor: Tensor): Tensor {
  const bits = Uint16Array.from(floatsOf(tensor), (value) => {
    if (value === 0) return 0;
    const exponent = Math.floor(Math.log2(Math.abs(value)));
    const fraction = Math.round((Math.abs(value) / 2 ** exponent - 1) * 1024);
    return (value < 0 ? 0x8000 : 0) | (((exponent + 15) << 10) + fraction);
  });
  return { dtype: 'float16', dims: tensor.dims, data: bits };
}

describe('float16', () => {
  it('is computed in float32, with the same result within its precision', async () => {
    const nodes = [
      node('Cast', ['x'], ['half'], { to: 10 }),
      node('Constant', [], ['two'], { value: toHalf(scalar(2)) }),
      node('MatMul', ['half', 'w'], ['product']),
      node('Mul', ['product', 'two'], ['twice']),
      node('Cast', ['twice'], ['y'], { to: 1 }),
    ];
    const model = graphOf({ nodes, initializers: { w: toHalf(noise('w', [4, 6])) } });
    const { before, after, normalised } = await runBoth(model, { x });
    expect(difference(before, after)).toBeLessThan(2e-3);
    expect([...normalised.graph.initializers.values()].map(({ dtype }) => dtype)).toEqual([
      'float32',
      'float32',
    ]);
  });

  it('becomes float32 in what the graph declares, and inside its branches', async () => {
    const branch = (op: GraphNode, initializers: Record<string, Tensor>): Graph => ({
      ...graphOf({ nodes: [op], inputs: {}, initializers }).graph,
      outputs: [{ name: at(op.outputs, 0), dtype: 'float16', shape: null }],
    });
    const choose: GraphNode = {
      ...node('If', ['condition'], ['y']),
      attributes: {
        then_branch: {
          kind: 'graph',
          value: branch(node('Add', ['x', 'one'], ['a']), { one: toHalf(scalar(1)) }),
        },
        else_branch: { kind: 'graph', value: branch(node('Relu', ['x'], ['b']), {}) },
      },
    };
    const condition: Tensor = { dtype: 'bool', dims: [], data: Uint8Array.of(1) };
    const model = graphOf({ nodes: [choose], initializers: { condition } });
    const half = (values: Graph['inputs']): Graph['inputs'] =>
      values.map((value) => ({ ...value, dtype: 'float16' }));
    const { inputs, outputs } = model.graph;
    const narrow: Model = {
      ...model,
      graph: { ...model.graph, inputs: half(inputs), outputs: half(outputs) },
    };
    const { y } = await run(normaliseModel(narrow), { x });
    expect(
      difference(
        y as Tensor,
        float32(
          [3, 4],
          floatsOf(x).map((value) => value + 1),
        ),
      ),
    ).toBeLessThan(1e-6);
  });

  it('is widened exactly, subnormal and infinite numbers too', () => {
    const cases = [
      0x0000, 0x8000, 0x3c00, 0xc000, 0x0001, 0x83ff, 0x0400, 0x7bff, 0x7c00, 0xfc00, 0x7e00, 0x3555,
    ];
    const w: Tensor = { dtype: 'float16', dims: [12], data: Uint16Array.from(cases) };
    const { graph } = normaliseModel(
      graphOf({ nodes: [node('Add', ['x', 'w'], ['y'])], initializers: { w } }),
    );
    expect([...(graph.initializers.get('w')?.data as Float32Array)]).toEqual([
      0,
      -0,
      1,
      -2,
      2 ** -24,
      -1023 * 2 ** -24,
      2 ** -14,
      65504,
      Infinity,
      -Infinity,
      NaN,
      0.333251953125,
    ]);
  });
});

describe('constants', () => {
  it('become initializers, of every kind', async () => {
    const made = (name: string, attribute: GraphNode['attributes']): GraphNode => ({
      ...node('Constant', [], [name]),
      attributes: attribute,
    });
    const nodes = [
      made('tensor', { value: { kind: 'tensor', value: noise('c', [4]) } }),
      made('float', { value_float: { kind: 'float', value: 2 } }),
      made('floats', { value_floats: { kind: 'floats', value: [1, 2, 3, 4] } }),
      made('int', { value_int: { kind: 'int', value: 1 } }),
      made('ints', { value_ints: { kind: 'ints', value: [0, -1] } }),
      node('Add', ['x', 'tensor'], ['a']),
      node('Mul', ['a', 'float'], ['b']),
      node('Mul', ['b', 'floats'], ['c']),
      node('Gather', ['c', 'int'], ['d'], { axis: 1 }),
      node('Reshape', ['d', 'ints'], ['y']),
    ];
    const { before, after, normalised } = await runBoth(graphOf({ nodes }), { x });
    expect(difference(before, after)).toBe(0);
    expect(operatorsOf(normalised)).toEqual(['Add', 'Mul', 'Mul', 'Gather', 'Reshape']);
    expect([...normalised.graph.initializers.keys()].toSorted()).toEqual([
      'float',
      'floats',
      'int',
      'ints',
      'tensor',
    ]);
  });
});

describe('Identity and Dropout', () => {
  it('of an initializer that two layers share gives each its own', async () => {
    const nodes = [
      node('Identity', ['w'], ['w2']),
      node('MatMul', ['x', 'w'], ['a']),
      node('MatMul', ['a', 'w2'], ['y']),
    ];
    const { before, after, normalised } = await runBoth(
      graphOf({ nodes, initializers: { w: noise('w', [4, 4]) } }),
      { x },
    );
    expect(difference(before, after)).toBe(0);
    expect(trainableNames(normalised.graph)).toEqual(['w', 'w2']);
    expect(operatorsOf(normalised)).toEqual(['MatMul', 'MatMul']);
  });

  it.each([
    ['Dropout-7', 7, {}, ['d']],
    ['Dropout-10 with a mask that nothing reads', 10, {}, ['d', 'mask']],
    ['Dropout-12 with a rate', 12, { rate: scalar(0.5) }, ['d']],
    ['Dropout-13 that asks to train', 13, { rate: scalar(0.5), training: truth(1) }, ['d']],
  ])('are removed: %s', async (_, opset, constants, outputs) => {
    const nodes = [
      node('Identity', ['x'], ['i']),
      node('Dropout', ['i', ...Object.keys(constants)], outputs),
      node('Identity', ['d'], ['e']),
      node('Relu', ['e'], ['y']),
    ];
    const normalised = normaliseModel(graphOf({ nodes, initializers: constants, opset }));
    expect(operatorsOf(normalised)).toEqual(['Relu']);
    const { y } = await run(normalised, { x });
    expect([...(y?.data as Float32Array)]).toEqual([...floatsOf(x)].map((value) => Math.max(0, value)));
  });

  it('stay as Identity where they make the output of the graph', async () => {
    for (const op of ['Identity', 'Dropout']) {
      const { before, after, normalised } = await runBoth(
        graphOf({ nodes: [node('Relu', ['x'], ['a']), node(op, ['a'], ['y'])], opset: 13 }),
        { x },
      );
      expect(operatorsOf(normalised)).toEqual(['Relu', 'Identity']);
      expect(difference(before, after)).toBe(0);
    }
  });

  it.each([
    ['a node', ['y']],
    ['the output of the graph', ['d', 'mask']],
  ])('keep a mask that is read by %s', async (_, outputs) => {
    const nodes = [
      node('Dropout', ['x'], ['d', 'mask']),
      node('Cast', ['mask'], ['kept'], { to: 1 }),
      node('Add', ['d', 'kept'], ['y']),
    ];
    const model = graphOf({ nodes: outputs.includes('y') ? nodes : nodes.slice(0, 1), outputs, opset: 13 });
    const graph = {
      ...model.graph,
      outputs: model.graph.outputs.map((value) => ({ ...value, dtype: null })),
    };
    const found = await run(normaliseModel({ ...model, graph }), { x });
    const shift = outputs.includes('y') ? 1 : 0;
    const expected = float32(
      [3, 4],
      floatsOf(x).map((value) => value + shift),
    );
    expect(difference(lookUp(found, at(outputs, 0)), expected)).toBeLessThan(1e-6);
  });
});

function truth(value: number): Tensor {
  return { dtype: 'bool', dims: [], data: Uint8Array.of(value) };
}

describe('zeros around a maximum', () => {
  it('count where all numbers are negative', async () => {
    const nodes = [
      node('Pad', ['x', 'pads'], ['padded']),
      node('MaxPool', ['padded'], ['y'], { kernel_shape: [3, 3], strides: [2, 2] }),
    ];
    const model = graphOf({
      nodes,
      initializers: { pads: int64([0, 0, 1, 1, 0, 0, 1, 1]) },
      inputs: { x: ['batch', 1, 5, 5] },
    });
    const negative = { ...noise('x', [2, 1, 5, 5]), data: new Float32Array(50).fill(-1) };
    const found = (await run(normaliseModel(model), { x: negative }))['y'] as Tensor;
    expect([...floatsOf(found)]).toEqual([0, 0, 0, 0, -1, 0, 0, 0, 0, 0, 0, 0, 0, -1, 0, 0, 0, 0]);
  });
});

describe('a fixed batch', () => {
  const bias = noise('bias', [3]);
  const nodes = [
    node('Reshape', ['bias', 'plane'], ['shift']),
    node('Add', ['x', 'shift'], ['a']),
    node('Reshape', ['a', 'flat'], ['b']),
    node('Reshape', ['b', 'thin'], ['y']),
  ];
  const initializers = { bias, plane: int64([1, 3, 1, 1]), flat: int64([1, -1]), thin: int64([1, 4, 3]) };
  const fixed = graphOf({ nodes, initializers, inputs: { x: [1, 3, 2, 2] } });

  it('is freed, also where a Reshape repeats it, and computes what it did one by one', async () => {
    const free = normaliseModel(fixed);
    const three = noise('three', [3, 3, 2, 2]);
    const { y } = await run(free, { x: three });
    expect(y?.dims).toEqual([3, 4, 3]);
    for (let i = 0; i < 3; i++) {
      const row = float32([1, 3, 2, 2], floatsOf(three).slice(12 * i, 12 * i + 12));
      const alone = (await run(fixed, { x: row }))['y'] as Tensor;
      const found = float32([1, 4, 3], (y?.data as Float32Array).slice(12 * i, 12 * i + 12));
      expect(difference(alone, found)).toBeLessThan(1e-6);
    }
    expect(free.graph.inputs[0]?.shape).toEqual(['batch', 3, 2, 2]);
  });

  it('is freed in what the outputs declare', () => {
    const graph = { ...fixed.graph, outputs: [{ name: 'y', dtype: 'float32' as const, shape: [1, 4, 'n'] }] };
    expect(normaliseModel({ ...fixed, graph }).graph.outputs[0]?.shape).toEqual(['batch', 4, null]);
  });
});

describe('a normalised model', () => {
  it('has its nodes in order and nothing that is not read', () => {
    const tiny = tinyNetwork();
    const { graph } = normaliseModel({
      ...tiny,
      graph: { ...tiny.graph, nodes: tiny.graph.nodes.toReversed() },
    });
    const known = new Set([...graph.initializers.keys(), 'image']);
    for (const { inputs, outputs } of graph.nodes) {
      for (const name of inputs) expect(known).toContain(name);
      for (const name of outputs) known.add(name);
    }
    expect(graph.initializers.has('unused')).toBe(false);
  });

  it('is the same normalised again', () => {
    const once = normaliseModel(tinyNetwork({ layout: 'nhwc' }));
    expect(normaliseModel(once)).toEqual(once);
  });

  it('leaves the names of a head to a new one, where Espalier wrote the model', async () => {
    const weight = noise('head', [16, 3]);
    const head = { weight, bias: noise('bias', [3]) };
    const written = replaceHead(normaliseModel(tinyNetwork()), 'flat', [1, 16], 'none', head);
    const again = normaliseModel(written);
    const names = [
      ...again.graph.initializers.keys(),
      ...again.graph.nodes.flatMap((one) => [one.name, ...one.outputs]),
    ];
    expect(names.filter((name) => name.startsWith('espalier_'))).toEqual([]);
    const image = noise('image', [2, 3, 24, 24]);
    const [before, after] = [await run(written, { image }), await run(again, { image })];
    expect(difference(before['probabilities'] as Tensor, after['probabilities'] as Tensor)).toBe(0);
  });

  it('keeps the operator sets of the domains it uses, in branches too', () => {
    const inner = graphOf({
      nodes: [node('Gelu', ['x'], ['g'], {}, { domain: 'com.microsoft' })],
      inputs: {},
    }).graph;
    const choose: GraphNode = {
      ...node('If', ['condition'], ['y']),
      attributes: {
        then_branch: { kind: 'graph', value: inner },
        else_branch: { kind: 'graph', value: inner },
      },
    };
    const model = graphOf({ nodes: [choose], initializers: { condition: truth(1) } });
    const opsets = new Map([...model.opsets, ['com.microsoft', 1], ['unused', 1]]);
    expect([...normaliseModel({ ...model, opsets }).opsets.keys()]).toEqual(['', 'com.microsoft']);
  });
});
