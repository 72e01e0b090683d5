import { describe, expect, it } from 'vitest';
import { node, type GraphNode, type Model } from '../../graph/model.js';
import { float32, int64, numbersOf, sizeOf, type Tensor, floatsOf } from '../../graph/tensor.js';
import { createSession, runSession } from '../../runtime/session.js';
import { noise } from '../../testing/graphs.js';
import { expandModel } from './index.js';

interface Case {
  readonly opset?: number;
  readonly made: GraphNode;
  readonly inputs: Readonly<Record<string, Tensor>>;
}

const microsoft = { domain: 'com.microsoft' };
const values = (name: string, ...dims: number[]): Tensor => noise(name, dims);
const int32 = (dims: readonly number[], data: readonly number[]): Tensor => ({
  dtype: 'int32',
  dims,
  data: Int32Array.from(data),
});

/** One fused node over inputs named i0, i1, ...; null leaves one out. */
function fused(
  opType: string,
  tensors: readonly (Tensor | null)[],
  attributes: Parameters<typeof node>[3] = {},
  outputs: readonly string[] = ['y'],
  options: { readonly domain?: string } = microsoft,
): Case {
  const names = tensors.map((tensor, i) => (tensor === null ? '' : `i${i}`));
  const given = tensors.flatMap((tensor, i) => (tensor === null ? [] : [[`i${i}`, tensor] as const]));
  return { made: node(opType, names, outputs, attributes, options), inputs: Object.fromEntries(given) };
}

/** A node of the standard domain in an operator set. */
const standard = (
  opset: number,
  opType: string,
  tensors: readonly (Tensor | null)[],
  attributes: Parameters<typeof node>[3] = {},
): Case => ({ ...fused(opType, tensors, attributes, ['y'], {}), opset });

const modelOf = ({ made, inputs, opset = 18 }: Case): Model => ({
  irVersion: 8,
  opsets: new Map([
    ['', opset],
    ['com.microsoft', 1],
  ]),
  metadata: {},
  graph: {
    name: 'fused',
    nodes: [made],
    inputs: Object.entries(inputs).map(([name, { dtype, dims }]) => ({ name, dtype, shape: dims })),
    outputs: made.outputs.filter((name) => name !== '').map((name) => ({ name, dtype: null, shape: null })),
    initializers: new Map(),
  },
});

async function run(model: Model, feeds: Readonly<Record<string, Tensor>>): Promise<Record<string, Tensor>> {
  const session = await createSession(model, { optimise: false });
  try {
    return await runSession(session, feeds);
  } finally {
    await session.release();
  }
}

const [batch, length, heads, width] = [2, 5, 2, 8];
const x = values('x', batch, length, width);
const mask = int32([batch, length], [1, 1, 1, 1, 1, 1, 1, 1, 0, 0]);
const weight = values('weight', width, 3 * width);
const bias = values('bias', 3 * width);
const scale = values('scale', width);
const shift = values('shift', width);
const skip = values('skip', batch, length, width);
const cache = (name: string): Tensor => values(name, 16, 2);
const ids = (rows: number, columns: number, most: number): Tensor =>
  int32(
    [rows, columns],
    Array.from({ length: rows * columns }, (_, i) => (i * 7) % most),
  );

/** Each token sees itself and those up to three places before it, for [batch, length, length]. */
const squares = Array.from({ length: batch * length * length }, (_, i) => {
  const [row, column] = [Math.floor(i / length) % length, i % length];
  return column <= row && row - column < 4 ? 1 : 0;
});

const [q, k, v] = ['q', 'k', 'v'].map((name) => values(name, batch, heads, length, 4)) as [
  Tensor,
  Tensor,
  Tensor,
];
const places = int64([0, 1, 2, 3, 4, 1, 2, 3, 4, 5], [batch, length]);

const cases: Readonly<Record<string, Case>> = {
  Gelu: fused('Gelu', [x]),
  BiasGelu: fused('BiasGelu', [x, scale]),
  'FastGelu with a bias': fused('FastGelu', [x, scale]),
  FastGelu: fused('FastGelu', [x]),
  QuickGelu: fused('QuickGelu', [x], { alpha: 1.5 }),
  SkipLayerNormalization: fused('SkipLayerNormalization', [x, skip, scale, shift, null], { epsilon: 1e-6 }),
  'SkipLayerNormalization with its sum': fused(
    'SkipLayerNormalization',
    [x, skip, scale, shift, values('more', width)],
    { epsilon: 1e-6 },
    ['y', '', '', 'sum'],
  ),
  SkipSimplifiedLayerNormalization: fused('SkipSimplifiedLayerNormalization', [x, skip, scale], {
    epsilon: 1e-6,
  }),
  SimplifiedLayerNormalization: fused(
    'SimplifiedLayerNormalization',
    [x, scale],
    { axis: -1, epsilon: 1e-6 },
    ['y'],
    {},
  ),
  EmbedLayerNormalization: fused(
    'EmbedLayerNormalization',
    [
      ids(2, 5, 9),
      ids(2, 5, 2),
      values('words', 9, width),
      values('places', 12, width),
      values('kinds', 2, width),
      scale,
      shift,
      mask,
    ],
    { epsilon: 1e-6 },
    ['y', 'count'],
  ),
  Attention: fused('Attention', [x, weight, bias], { num_heads: heads }),
  'Attention with a mask': fused('Attention', [x, weight, bias, mask], { num_heads: heads }),
  'Attention with the length of each row': fused('Attention', [x, weight, bias, int32([batch], [5, 3])], {
    num_heads: heads,
  }),
  'Attention with a mask of each token': fused(
    'Attention',
    [x, weight, bias, int32([batch, length, length], squares)],
    { num_heads: heads, mask_filter_value: -1000.5 },
  ),
  'Attention from left to right': fused('Attention', [x, weight, bias], {
    num_heads: heads,
    unidirectional: 1,
  }),
  'Attention with a scale and a bias of scores': fused(
    'Attention',
    [x, weight, bias, null, null, values('scores', batch, heads, length, length)],
    { num_heads: heads, scale: 0.3 },
  ),
  MultiHeadAttention: fused(
    'MultiHeadAttention',
    [x, values('key', batch, 4, width), values('value', batch, 4, width), bias],
    { num_heads: heads },
  ),
  'MultiHeadAttention with the length of each row': fused(
    'MultiHeadAttention',
    [x, skip, x, null, int32([batch], [5, 2])],
    { num_heads: heads },
  ),
  'MultiHeadAttention with a mask': fused('MultiHeadAttention', [x, skip, x, bias, mask], {
    num_heads: heads,
  }),
  RotaryEmbedding: fused('RotaryEmbedding', [
    values('heads', batch, heads, length, 4),
    int64([0, 1, 2, 3, 4, 1, 2, 3, 4, 5], [batch, length]),
    cache('cos'),
    cache('sin'),
  ]),
  Celu: standard(18, 'Celu', [x], { alpha: 0.7 }),
  LRN: standard(18, 'LRN', [values('image', 2, 7, 3, 4)], { size: 3, alpha: 0.3, beta: 0.6, bias: 1.5 }),
  'LRN over five channels': standard(18, 'LRN', [values('image', 2, 7, 3, 4)], { size: 5 }),
  LpNormalization: standard(18, 'LpNormalization', [x], { p: 2, axis: 1 }),
  'LpNormalization of absolute values': standard(18, 'LpNormalization', [x], { p: 1 }),
  Mish: standard(18, 'Mish', [x]),
  Shrink: standard(18, 'Shrink', [x], { lambd: 0.25, bias: 0.125 }),
  ThresholdedRelu: standard(18, 'ThresholdedRelu', [x], { alpha: 0.25 }),
  RMSNormalization: standard(23, 'RMSNormalization', [x, scale], { epsilon: 1e-6 }),
  'RMSNormalization of several axes': standard(23, 'RMSNormalization', [x, values('all', length, width)], {
    axis: 1,
  }),
  'standard Attention': standard(23, 'Attention', [q, k, v]),
  'standard Attention with a scale, from left to right': standard(23, 'Attention', [q, k, v], {
    scale: 0.3,
    is_causal: 1,
  }),
  'standard Attention with a mask of numbers': standard(23, 'Attention', [
    q,
    k,
    v,
    values('mask', 1, 1, length, length),
  ]),
  'standard Attention with a mask of truth values': standard(23, 'Attention', [
    q,
    k,
    v,
    { dtype: 'bool', dims: [length, length], data: Uint8Array.from(squares.slice(0, length * length)) },
  ]),
  'standard Attention with heads side by side, which share keys': standard(
    23,
    'Attention',
    [values('wide', batch, length, 16), values('k', batch, length, 8), values('v', batch, length, 8)],
    { q_num_heads: 4, kv_num_heads: 2 },
  ),
  'standard RotaryEmbedding': standard(23, 'RotaryEmbedding', [q, cache('cos'), cache('sin'), places]),
  'standard RotaryEmbedding of neighbours': standard(
    23,
    'RotaryEmbedding',
    [q, cache('cos'), cache('sin'), places],
    {
      interleaved: 1,
    },
  ),
  'standard RotaryEmbedding of a part, with its own tables': standard(
    23,
    'RotaryEmbedding',
    [values('wide', batch, length, 16), values('cos', batch, length, 2), values('sin', batch, length, 2)],
    { num_heads: 2, rotary_embedding_dim: 4 },
  ),
  FusedMatMul: fused('FusedMatMul', [values('a', 2, 3, 4), values('b', 2, 5, 4)], { transB: 1, alpha: 0.5 }),
  'FusedMatMul of a transpose': fused('FusedMatMul', [values('a', 2, 3, 4), values('b', 2, 3, 5)], {
    transA: 1,
  }),
};

describe('a fused operator', () => {
  it.each(Object.entries(cases))('%s is what its expansion computes', async (_, theCase) => {
    const model = modelOf(theCase);
    const expanded = expandModel(model);
    const { opType: expandedType } = theCase.made;
    expect(expanded.graph.nodes.every(({ domain, opType }) => domain === '' && opType !== expandedType)).toBe(
      true,
    );
    const [before, after] = [await run(model, theCase.inputs), await run(expanded, theCase.inputs)];
    for (const [name, { data, dims }] of Object.entries(before)) {
      expect(after[name]?.dims).toEqual(dims);
      const found = after[name]?.data ?? [];
      const worst = numbersOf({ dtype: 'float32', dims, data }).map((value, i) =>
        Math.abs(value - Number(found[i])),
      );
      expect(Math.max(...worst)).toBeLessThan(1e-5);
    }
  });

  it.each([
    [
      'a past',
      fused(
        'Attention',
        [x, weight, bias, null, values('past', 2, batch, heads, 3, 4)],
        { num_heads: heads },
        ['y', 'present'],
      ),
    ],
    [
      'parts of different widths',
      fused('Attention', [x, weight, bias], { num_heads: heads, qkv_hidden_sizes: [8, 8, 8] }),
    ],
    [
      'packed queries',
      fused('MultiHeadAttention', [values('packed', batch, length, heads, 3, 4)], { num_heads: heads }),
    ],
  ])('stays as it is with %s', (_, theCase) => {
    const [left] = expandModel(modelOf(theCase)).graph.nodes;
    expect(left).toEqual(theCase.made);
  });
});

describe('group normalisation', () => {
  it('of operator set 21 normalises groups and scales channels', async () => {
    const [groups, channels] = [2, 6];
    const image = values('image', 2, channels, 3, 4);
    let theCase: Case = fused(
      'GroupNormalization',
      [image, values('g', channels), values('b', channels)],
      { num_groups: groups, epsilon: 1e-5 },
      ['y'],
      {},
    );
    theCase = { ...theCase, opset: 21 };
    const found = (await run(expandModel(modelOf(theCase)), theCase.inputs))['y']?.data as Float32Array;
    const size = sizeOf([channels / groups, 3, 4]);
    const data = floatsOf(image);
    const expected = float32(
      image.dims,
      data.map((value, i) => {
        const group = data.subarray(Math.floor(i / size) * size, Math.floor(i / size) * size + size);
        const mean = group.reduce((a, b) => a + b, 0) / size;
        const variance = group.reduce((sum, one) => sum + (one - mean) ** 2, 0) / size;
        const channel = Math.floor(i / 12) % channels;
        const normal = (value - mean) / Math.sqrt(variance + 1e-5);
        return (
          normal * Number(theCase.inputs['i1']?.data[channel]) + Number(theCase.inputs['i2']?.data[channel])
        );
      }),
    );
    const worst = Math.max(...found.map((value, i) => Math.abs(value - Number(expected.data[i]))));
    expect(worst).toBeLessThan(1e-5);
  });
});
