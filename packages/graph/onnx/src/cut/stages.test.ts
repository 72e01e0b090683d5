import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { OnnxError } from '../errors.js';
import { at, lookUp } from '../graph/at.js';
import { node, type GraphNode, type Model } from '../graph/model.js';
import { int64, scalar, type Tensor } from '../graph/tensor.js';
import { ancestorsOf, readsOf } from '../graph/topology.js';
import { normaliseModel } from '../normalise/index.js';
import { difference, graphOf, noise, run } from '../testing/graphs.js';
import { tinyNetwork } from '../testing/index.js';
import { networkOf, pieces } from '../testing/networks.js';
import { transformerNetwork } from '../testing/transformer.js';
import { trainableNames } from '../weights/parameters.js';
import { extractModel } from './extract.js';
import { findFeatures } from './features.js';
import { findCuts, findStages } from './stages.js';
import { traceModel, type Trace } from './trace.js';

const x = noise('x', [3, 4]);
const trace = (model: Model, dims: readonly number[] = [1, 4]): Promise<Trace> => {
  const name = model.graph.inputs[0]?.name as string;
  return traceModel(model, { [name]: noise(name, dims) });
};

/** Whether `features` still depends on the input when nothing may read `removed`. */
function connected({ graph }: Model, features: string, removed: string): boolean {
  const nodes = graph.nodes.map((made) => ({
    ...made,
    inputs: made.inputs.filter((name) => name !== removed),
  }));
  return removed !== features && ancestorsOf(nodes, [features]).has('x');
}

async function valueOf(model: Model, name: string, feeds: Record<string, Tensor>): Promise<Tensor> {
  const outputs = [{ name, dtype: 'float32' as const, shape: null }];
  return lookUp(await run({ ...model, graph: { ...model.graph, outputs } }, feeds), name);
}

/** Runs the part up to `cut`, then the part behind it on what came out. */
async function inTwo(model: Model, cut: string, features: string, traced: Trace): Promise<Tensor> {
  const prefix = extractModel(model, ['x'], [cut], traced.tensors);
  const suffix = extractModel(model, [cut], [features], traced.tensors);
  const middle = lookUp(await run(prefix, { x }), cut);
  return suffix.graph.nodes.length === 0 ? middle : lookUp(await run(suffix, { [cut]: middle }), features);
}

describe('cuts of random networks', () => {
  it('separate the input from the features, and no other tensor does', async () => {
    await fc.assert(
      fc.asyncProperty(pieces, fc.boolean(), async (list, classifier) => {
        const { model, features } = networkOf(list, classifier);
        fc.pre(ancestorsOf(model.graph.nodes, [features]).has('x'));
        const traced = await trace(model);
        const cuts = findCuts(traced, features);
        const made = model.graph.nodes.flatMap(({ outputs }) => outputs);
        const needed = ancestorsOf(model.graph.nodes, [features]);
        const separating = made.filter((name) => needed.has(name) && !connected(model, features, name));
        expect(new Set(cuts)).toEqual(new Set(separating));
        expect(cuts.at(-1)).toBe(features);
        for (const [i, cut] of cuts.entries()) {
          expect(cuts.slice(i + 1).some((later) => ancestorsOf(model.graph.nodes, [cut]).has(later))).toBe(
            false,
          );
        }
      }),
      { numRuns: 150 },
    );
  });

  it('and stages give parts that compute the whole one after the other', async () => {
    await fc.assert(
      fc.asyncProperty(pieces, fc.boolean(), async (list, classifier) => {
        const { model, features } = networkOf(list, classifier);
        fc.pre(ancestorsOf(model.graph.nodes, [features]).has('x'));
        const traced = await trace(model);
        const whole = await valueOf(model, features, { x });
        const ends = findStages(traced, features).map(({ output }) => output);
        for (const cut of new Set([...ends, ...findCuts(traced, features)])) {
          expect(difference(whole, await inTwo(model, cut, features, traced))).toBeLessThan(1e-6);
        }
      }),
      { numRuns: 25 },
    );
  });

  it('and stages hold every parameter before the features exactly once, in order', async () => {
    await fc.assert(
      fc.asyncProperty(pieces, async (list) => {
        const { model, features } = networkOf(list, false);
        fc.pre(ancestorsOf(model.graph.nodes, [features]).has('x'));
        const traced = await trace(model);
        const stages = findStages(traced, features);
        const needed = ancestorsOf(model.graph.nodes, [features]);
        const inside = model.graph.nodes.filter(({ outputs }) => outputs.some((name) => needed.has(name)));
        const expected = trainableNames({ ...model.graph, nodes: inside });
        const found = stages.flatMap(({ parameters }) => parameters);
        expect(found.toSorted()).toEqual(expected.toSorted());
        stages.forEach(({ output, parameters }) => {
          const before = ancestorsOf(model.graph.nodes, [output]);
          expect(parameters.filter((name) => !before.has(name))).toEqual([]);
        });
        expect(stages.at(-1)?.output).toBe(features);
      }),
      { numRuns: 100 },
    );
  });
});

describe('cuts', () => {
  it('keep the batch first, so that they can be cached by example', async () => {
    const nodes = [
      node('Tanh', ['x'], ['a']),
      node('Transpose', ['a'], ['time_first'], { perm: [1, 0, 2] }),
      node('Relu', ['time_first'], ['still']),
      node('Transpose', ['still'], ['back'], { perm: [1, 0, 2] }),
      node('Reshape', ['back', 'rows'], ['flat']),
      node('Abs', ['flat'], ['flat_abs']),
      node('Reshape', ['flat_abs', 'batches'], ['y']),
    ];
    const initializers = { rows: shape(-1, 2), batches: shape(-1, 5, 2) };
    const model = graphOf({ nodes, initializers, inputs: { x: ['batch', 5, 2] } });
    expect(findCuts(await trace(model, [1, 5, 2]), 'y')).toEqual(['a', 'back', 'y']);
  });

  it('are floats', async () => {
    const nodes = [
      node('ArgMax', ['x'], ['best'], { axis: 1 }),
      node('Cast', ['best'], ['number'], { to: 1 }),
      node('Relu', ['number'], ['y']),
    ];
    expect(findCuts(await trace(graphOf({ nodes })), 'y')).toEqual(['number', 'y']);
  });

  it('count side inputs out, which a suffix takes again', async () => {
    const nodes = [
      node('Mul', ['x', 'mask'], ['a']),
      node('Tanh', ['a'], ['b']),
      node('Mul', ['b', 'mask'], ['y']),
    ];
    const model = graphOf({ nodes, inputs: { x: ['batch', 4], mask: ['batch', 4] } });
    const traced = await traceModel(model, { x: noise('x', [1, 4]), mask: noise('mask', [1, 4]) });
    expect(findCuts(traced, 'y')).toEqual(['a', 'b', 'y']);
    const suffix = extractModel(model, ['a'], ['y'], traced.tensors);
    expect(suffix.graph.inputs.map(({ name }) => name)).toEqual(['a', 'mask']);
  });

  it('are refused where the features do not depend on the input', async () => {
    const nodes = [node('Relu', ['w'], ['other']), node('Add', ['x', 'other'], ['y'])];
    const traced = await trace(graphOf({ nodes, initializers: { w: noise('w', [4]) } }));
    expect(() => findCuts(traced, 'other')).toThrow(/features 'other' do not depend on the input 'x'/);
    expect(() => extractModel(traced.model, ['x'], ['none'], traced.tensors)).toThrow(OnnxError);
    expect(() => extractModel(traced.model, ['x'], ['none'], traced.tensors)).toThrow(
      /no tensor 'none' to cut at/,
    );
  });
});

function shape(...values: number[]): Tensor {
  return { dtype: 'int64', dims: [values.length], data: BigInt64Array.from(values, BigInt) };
}

describe('the features', () => {
  it('are what the last linear layer reads, for networks with a classifier and without', () => {
    fc.assert(
      fc.property(pieces, (list) => {
        const { model, features } = networkOf(list, true);
        expect(findFeatures(model).tensors).toEqual([features]);
      }),
    );
    expect(findFeatures(normaliseModel(tinyNetwork())).tensors).toEqual(['flat']);
  });

  const weights = {
    w: noise('w', [4, 4]),
    v: noise('v', [4, 4]),
    bias: noise('bias', [4]),
    point: noise('point', [4, 4, 1, 1]),
    kernel: noise('kernel', [4, 4, 3, 3]),
    low: scalar(-4.5),
    zero: scalar(0),
    high: scalar(6),
  };
  const features = (...nodes: GraphNode[]): string =>
    findFeatures(graphOf({ nodes, initializers: weights, inputs: { x: ['batch', 4] } })).tensors.join();
  const linear = node('MatMul', ['x', 'w'], ['a']);

  it.each([
    ['a bias and a softmax', [linear, node('Add', ['a', 'bias'], ['b']), node('Softmax', ['b'], ['y'])]],
    ['nothing', [node('Gemm', ['x', 'w', 'bias'], ['y'])]],
    ['pooling', [node('Conv', ['x', 'point', 'bias'], ['a']), node('GlobalAveragePool', ['a'], ['y'])]],
    [
      "a quantised model's limits",
      [node('Conv', ['x', 'point'], ['a']), node('Clip', ['a', 'low', 'high'], ['y'])],
    ],
    [
      'an activation, pooling and a softmax, as in SqueezeNet',
      [
        node('Conv', ['x', 'point'], ['a']),
        node('Relu', ['a'], ['b']),
        node('GlobalAveragePool', ['b'], ['c']),
        node('Softmax', ['c'], ['y']),
      ],
    ],
  ])('are found before a linear layer that is followed by %s', (_, nodes) => {
    expect(features(...nodes)).toBe('x');
  });

  it.each([
    ['with no layer', [node('Relu', ['x'], ['y'])]],
    ['with an activation', [linear, node('Relu', ['a'], ['y'])]],
    [
      'with a limited activation',
      [node('Conv', ['x', 'point'], ['a']), node('Clip', ['a', 'zero', 'high'], ['y'])],
    ],
    ['with a residual sum', [linear, node('Add', ['a', 'x'], ['y'])]],
    [
      'with two layers side by side',
      [linear, node('MatMul', ['x', 'v'], ['b']), node('Add', ['a', 'b'], ['y'])],
    ],
    [
      'with a gate',
      [linear, node('Sigmoid', ['a'], ['b']), node('Mul', ['a', 'b'], ['c']), node('Mul', ['c', 'x'], ['y'])],
    ],
    ['with a convolution', [node('Conv', ['x', 'kernel'], ['a']), node('GlobalAveragePool', ['a'], ['y'])]],
    [
      'with a normalised convolution',
      [
        node('Conv', ['x', 'point'], ['a']),
        node('BatchNormalization', ['a', 'bias', 'bias', 'bias', 'bias'], ['y']),
      ],
    ],
  ])('are the output of a network that ends %s', (_, nodes) => {
    expect(features(...nodes)).toBe('y');
  });
});

describe('the stages', () => {
  const layers = (count: number): Promise<Trace> =>
    trace(
      networkOf(
        Array.from({ length: count }, () => ({ kind: 'layer', from: 0 })),
        false,
      ).model,
    );

  it('of a tiny network end where its blocks do', async () => {
    const traced = await trace(normaliseModel(tinyNetwork()), [1, 3, 24, 24]);
    const stages = findStages(traced, 'flat');
    expect(stages.map(({ output }) => output)).toEqual(['stem_relu', 'down_relu6', 'block_sum', 'flat']);
    expect(stages.map(({ activation }) => activation)).toEqual([8 * 12 * 12, 12 * 6 * 6, 12 * 6 * 6, 16]);
    expect(stages.map(({ parameterCount }) => parameterCount)).toEqual([224, 876 + 24, 1308, 1744]);
  });

  it.each([1, 2, 23, 24, 25, 47, 60, 100])(
    'of %i layers are at most 24, and the last ends at the features',
    async (n) => {
      const stages = findStages(await layers(n), `t${n - 1}`);
      expect(stages.length).toBe(Math.min(n, 24));
      expect(stages.every(({ parameterCount }) => parameterCount > 0)).toBe(true);
      expect(stages.at(-1)?.output).toBe(`t${n - 1}`);
      const counts = stages.map(({ parameterCount }) => parameterCount);
      expect(Math.max(...counts) / Math.min(...counts)).toBeLessThanOrEqual(n < 48 ? 2 : 1.5);
    },
  );

  it('of a transformer are its embeddings and its blocks', async () => {
    const numbers = noise('weights', [50_000]).data.values();
    const normal = (): number => Number(numbers.next().value);
    const model = normaliseModel(
      transformerNetwork({ vocabulary: 20, width: 8, heads: 2, layers: 3, inner: 12, positions: 6, normal }),
    );
    const ids = int64([1, 2, 3, 4], [1, 4]);
    const traced = await traceModel(model, { input_ids: ids, attention_mask: int64([1, 1, 1, 1], [1, 4]) });
    const stages = findStages(traced, model.graph.outputs[0]?.name as string);
    expect(stages.map(({ activation }) => activation)).toEqual([32, 32, 32, 32]);
    expect(stages.flatMap(({ parameters }) => parameters).toSorted()).toEqual(
      trainableNames(model.graph).toSorted(),
    );
    const [embeddings, first, second] = stages.map(({ parameters }) => parameters);
    expect(embeddings?.toSorted()).toEqual(['embedding', 'positions']);
    expect(first?.length).toBe(second?.length);
  });

  it('a plugin names are taken, and end at the features', async () => {
    const traced = await layers(5);
    const outputs = findStages(traced, 't4', ['t1', 't3']).map(({ output }) => output);
    expect(outputs).toEqual(['t1', 't3', 't4']);
    expect(findStages(traced, 't4', ['t0', 't4']).map(({ parameters }) => parameters.length)).toEqual([2, 8]);
  });

  it('a plugin names are checked', async () => {
    const skip = networkOf(
      [
        { kind: 'layer', from: 0 },
        { kind: 'layer', from: 0 },
        { kind: 'skip', from: 0, other: 1 },
      ],
      false,
    );
    const traced = await trace(skip.model);
    expect(() => findStages(traced, 't2', ['t1'])).toThrow(OnnxError);
    expect(() => findStages(traced, 't2', ['t1'])).toThrow(/'t1' cannot end a stage.*choose from t0, t2/);
    expect(() => findStages(traced, 't2', ['none'])).toThrow(/'none' cannot end a stage/);
    const five = await layers(5);
    expect(() => findStages(five, 't4', ['t3', 't1'])).toThrow(/not in order: 't1' comes before 't3'/);
    expect(() => findStages(five, 't4', ['t1', 't1'])).toThrow(/not in order/);
    expect(readsOf(at(five.model.graph.nodes, 0))).toContain('x');
  });
});
