import { float32, node, type GraphNode, type Model, type Tensor } from '@espalier/onnx';
import { createRandom } from '@espalier/base/random';
import { describe, expect, it } from 'vitest';
import { createOnnxEngine } from '../onnx/engine.js';
import { initialiseModel } from './index.js';

const engine = createOnnxEngine();
const random = createRandom('feeds');
const feeds = {
  image: float32(
    [8, 3, 8, 8],
    Float32Array.from({ length: 8 * 3 * 64 }, () => 3 + 2 * random.normal()),
  ),
};

/** Weights are sevens, to see that each is replaced. */
function modelOf(nodes: readonly GraphNode[], weights: Readonly<Record<string, readonly number[]>>): Model {
  const sevens = ([name, dims]: [string, readonly number[]]): [string, Tensor] => [
    name,
    float32(
      dims,
      Array.from({ length: dims.reduce((a, b) => a * b, 1) }, () => 7),
    ),
  ];
  return {
    irVersion: 8,
    opsets: new Map([['', 18]]),
    metadata: {},
    graph: {
      name: 'test',
      nodes,
      inputs: [{ name: 'image', dtype: 'float32', shape: ['batch', 3, 8, 8] }],
      outputs: [{ name: nodes.at(-1)?.outputs[0] as string, dtype: 'float32', shape: null }],
      initializers: new Map(Object.entries(weights).map(sevens)),
    },
  };
}

const padded = { kernel_shape: [3, 3], pads: [1, 1, 1, 1] };
const statistics = (name: string): string[] => ['scale', 'shift', 'mean', 'var'].map((s) => `${name}_${s}`);

const normalised = modelOf(
  [
    node('Conv', ['image', 'c1'], ['a'], padded),
    node('BatchNormalization', ['a', ...statistics('n1')], ['b']),
    node('Relu', ['b'], ['c']),
    node('Conv', ['c', 'c2'], ['d'], { ...padded, group: 16 }),
    node('BatchNormalization', ['d', ...statistics('n2')], ['e']),
  ],
  {
    c1: [16, 3, 3, 3],
    c2: [16, 1, 3, 3],
    ...Object.fromEntries([...statistics('n1'), ...statistics('n2')].map((name) => [name, [16]])),
  },
);

const residual = modelOf(
  [
    node('Conv', ['image', 'c1', 'b1'], ['a'], padded),
    node('PRelu', ['a', 'slope'], ['b']),
    node('Conv', ['b', 'c2', 'b2'], ['c'], padded),
    node('Mul', ['c', 'scale'], ['d']),
    node('Add', ['a', 'd'], ['e']),
    node('Add', ['e', 'shift'], ['f']),
    node('GlobalAveragePool', ['f'], ['g']),
    node('Flatten', ['g'], ['h']),
    node('Gemm', ['h', 'w', 'bias'], ['i'], { transB: 1 }),
  ],
  {
    c1: [12, 3, 3, 3],
    b1: [12],
    slope: [12, 1, 1],
    c2: [12, 12, 3, 3],
    b2: [12],
    scale: [12, 1, 1],
    shift: [12, 1, 1],
    w: [5, 12],
    bias: [5],
  },
);

async function outputsOf(model: Model, names: readonly string[]): Promise<Float32Array[]> {
  const outputs = names.map((name) => ({ name, dtype: null, shape: null }));
  const forward = await engine.compileForward({ ...model, graph: { ...model.graph, outputs } });
  const results = await forward.run(feeds);
  await forward.dispose();
  return names.map((name) => results[name]?.data as Float32Array);
}

function momentsOf(values: readonly number[]): { mean: number; deviation: number } {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length;
  return { mean, deviation: Math.sqrt(variance) };
}

const weight = (model: Model, name: string): number[] => [
  ...(model.graph.initializers.get(name)?.data as Float32Array),
];

describe('initialiseModel', () => {
  it('sets batch normalisations to the statistics of the batch', async () => {
    const model = await initialiseModel(engine, normalised, feeds, { seed: 1 });
    const [first, second] = (await outputsOf(model, ['b', 'e'])) as [Float32Array, Float32Array];
    for (const output of [first, second]) {
      for (let channel = 0; channel < 16; channel++) {
        const { mean, deviation } = momentsOf(
          [...output].filter((_, i) => Math.floor(i / 64) % 16 === channel),
        );
        expect(mean).toBeCloseTo(0, 4);
        expect(deviation).toBeCloseTo(1, 3);
      }
    }
    expect(weight(model, 'n1_scale').every((value) => value === 1)).toBe(true);
    expect(weight(model, 'n1_shift').every((value) => value === 0)).toBe(true);
    // Fan-in 27 and, with groups, 9.
    expect(momentsOf(weight(model, 'c1')).deviation).toBeCloseTo(Math.sqrt(2 / 27), 1);
    expect(momentsOf(weight(model, 'c2')).deviation).toBeCloseTo(Math.sqrt(2 / 9), 1);
  });

  it('gives each layer of a network without normalisation centred outputs of unit variance', async () => {
    const model = await initialiseModel(engine, residual, feeds, { seed: 1 });
    for (const output of await outputsOf(model, ['a', 'c', 'i'])) {
      const { mean, deviation } = momentsOf([...output]);
      expect(mean).toBeCloseTo(0, 4);
      expect(deviation).toBeCloseTo(1, 3);
    }
    const constants = { slope: 0.25, scale: 1, shift: 0 };
    for (const [name, value] of Object.entries(constants)) {
      expect(new Set(weight(model, name))).toEqual(new Set([value]));
    }
  });

  it('draws the weights of a product of any form, and those that are laid out or standardised before the layer', async () => {
    const product = modelOf(
      [
        node('InstanceNormalization', ['raw', 'one', 'none'], ['standard'], { epsilon: 1e-5 }),
        node('Conv', ['image', 'standard'], ['a']),
        node('Einsum', ['a', 'mix'], ['b'], { equation: 'bchw,cd->bdhw' }),
      ],
      { raw: [12, 3, 3, 3], one: [3], none: [3], mix: [12, 20] },
    );
    const sevens = product.graph.initializers;
    const raw = float32(
      [12, 3, 3, 3],
      Float32Array.from({ length: 324 }, () => random.normal()),
    );
    const given = { ...product, graph: { ...product.graph, initializers: new Map(sevens).set('raw', raw) } };
    const model = await initialiseModel(engine, given, feeds, { seed: 1 });
    expect(momentsOf(weight(model, 'raw')).deviation).toBeCloseTo(0.02, 2.5);
    expect(new Set(weight(model, 'raw')).size).toBeGreaterThan(300);
    expect(new Set(weight(model, 'mix')).size).toBe(240);
    const [output] = await outputsOf(model, ['b']);
    expect(momentsOf([...(output ?? [])]).deviation).toBeCloseTo(1, 3);
  });

  it('depends on the seed and on nothing else', async () => {
    const draw = async (seed: number): Promise<number[]> =>
      weight(await initialiseModel(engine, residual, feeds, { seed }), 'c2');
    const first = await draw(1);
    expect(await draw(1)).toEqual(first);
    expect(await draw(2)).not.toEqual(first);
    expect(weight(residual, 'c2').every((value) => value === 7)).toBe(true);
  });
});
