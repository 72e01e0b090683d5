import { describe, expect, it } from 'vitest';
import { OnnxError } from '../errors.js';
import { validateModel } from '../files/validate.js';
import { node, type Model } from '../graph/model.js';
import { float32, sizeOf, type Tensor } from '../graph/tensor.js';
import { normaliseModel } from '../normalise/index.js';
import { difference, graphOf, noise, run } from '../testing/graphs.js';
import { tinyNetwork } from '../testing/index.js';
import { replaceHead, withWeights } from './head.js';
import { headNames } from './headNames.js';
import { poolFeatures, type HeadPooling } from './pooling.js';

const headOf = (width: number, classes = 3): { readonly weight: Tensor; readonly bias: Tensor } => ({
  weight: noise('head', [width, classes]),
  bias: noise('bias', [classes]),
});

/** The mean over all axes but the first and `channel`, and other poolings, in plain JavaScript. */
function pooledBy(tensor: Tensor, pooling: HeadPooling, channel: number): Tensor {
  const { dims, data } = tensor;
  const [batch, width] = [dims[0] as number, dims[channel] as number];
  if (pooling === 'none') return float32([batch, sizeOf(dims.slice(1))], data as Float32Array);
  const sums = new Float64Array(batch * width);
  const inner = sizeOf(dims.slice(channel + 1));
  const step = sizeOf(dims.slice(1));
  const time = dims[1] as number;
  data.forEach((value: number | bigint, i: number) => {
    const row = Math.floor(i / step);
    const place = row * width + (Math.floor(i / inner) % width);
    const token = Math.floor((i % step) / width);
    if (pooling === 'cls' && token !== 0) return;
    if (pooling === 'last' && token !== time - 1) return;
    sums[place] = (sums[place] as number) + Number(value);
  });
  const count = pooling === 'mean' ? step / width : 1;
  return float32(
    [batch, width],
    Float32Array.from(sums, (sum) => sum / count),
  );
}

async function pool(features: Tensor, pooling: HeadPooling): Promise<{ result: Tensor; width: number }> {
  const pooled = poolFeatures('x', features.dims, pooling);
  const model = graphOf({
    nodes: pooled.nodes,
    initializers: Object.fromEntries(pooled.initializers),
    inputs: { x: ['batch', ...features.dims.slice(1)] },
  });
  const found = await run(model, { x: features });
  return { result: found[headNames.features] as Tensor, width: pooled.width };
}

describe('pooling', () => {
  it.each<[string, number[], HeadPooling, number]>([
    ['a vector', [3, 6], 'mean', 1],
    ['a vector with 1 x 1 pixels', [3, 6, 1, 1], 'none', 1],
    ['the mean of NCHW', [3, 6, 2, 2], 'mean', 1],
    ['the mean of NCHW that is not square', [3, 6, 2, 4], 'mean', 1],
    ['the mean of NHWC', [3, 2, 2, 6], 'mean', 3],
    ['the mean of NCHW as wide as it has channels', [3, 4, 4, 4], 'mean', 1],
    ['the mean over time', [3, 5, 4], 'mean', 2],
    ['the first token', [3, 5, 4], 'cls', 2],
    ['the last token', [3, 5, 4], 'last', 2],
    ['everything', [3, 5, 4], 'none', 2],
    ['everything of NCHW', [3, 6, 2, 2], 'none', 1],
  ])('takes %s', async (_, dims, pooling, channel) => {
    const features = noise('features', dims);
    const { result, width } = await pool(features, pooling);
    const flat = dims.slice(1).filter((dim) => dim > 1).length < 2;
    const expected = pooledBy(features, flat ? 'none' : pooling, channel);
    expect(width).toBe(expected.dims[1]);
    expect(difference(expected, result)).toBeLessThan(1e-6);
  });

  it('refuses tokens of a picture', () => {
    for (const pooling of ['cls', 'last'] as const) {
      expect(() => poolFeatures('x', [1, 8, 4, 4], pooling)).toThrow(OnnxError);
      expect(() => poolFeatures('x', [1, 8, 4, 4], pooling)).toThrow(
        new RegExp(
          `pooling '${pooling}' needs features of shape \\[batch, time, width\\], got \\[1,8,4,4\\]`,
        ),
      );
    }
  });
});

/** Expected output of the head, computed in plain JavaScript. */
function headResult(
  features: Tensor,
  head: ReturnType<typeof headOf>,
): { logits: Tensor; probabilities: Tensor } {
  const [rows, width] = features.dims as [number, number];
  const classes = head.bias.data.length;
  const at = (tensor: Tensor, i: number): number => Number(tensor.data[i]);
  const logits = Array.from({ length: rows }, (_, row) =>
    Array.from({ length: classes }, (_, k) =>
      Array.from(
        { length: width },
        (_, j) => at(features, row * width + j) * at(head.weight, j * classes + k),
      ).reduce((a, b) => a + b, at(head.bias, k)),
    ),
  );
  const probabilities = logits.map((row) => {
    const total = row.reduce((sum, z) => sum + Math.exp(z), 0);
    return row.map((z) => Math.exp(z) / total);
  });
  return {
    logits: float32([rows, classes], logits.flat()),
    probabilities: float32([rows, classes], probabilities.flat()),
  };
}

async function expectHead(
  model: Model,
  features: string,
  dims: readonly number[],
  given: Tensor,
): Promise<Model> {
  const input = model.graph.inputs[0]?.name as string;
  const outputs = [{ name: features, dtype: 'float32' as const, shape: null }];
  const values = (await run({ ...model, graph: { ...model.graph, outputs } }, { [input]: given }))[features];
  const pooled = (await pool(values as Tensor, 'mean')).result;
  const head = headOf(pooled.dims[1] as number);
  const changed = replaceHead(model, features, dims, 'mean', head);
  validateModel(changed, 'changed.onnx');
  const found = await run(changed, { [changed.graph.inputs[0]?.name as string]: given });
  const expected = headResult(pooled, head);
  expect(Object.keys(found).toSorted()).toEqual(['logits', 'probabilities']);
  expect(difference(expected.logits, found['logits'] as Tensor)).toBeLessThan(1e-5);
  expect(difference(expected.probabilities, found['probabilities'] as Tensor)).toBeLessThan(1e-5);
  return changed;
}

describe('replaceHead', () => {
  const tiny = normaliseModel(tinyNetwork());
  const image = noise('image', [2, 3, 24, 24]);

  it.each([
    ['flat', [1, 16]],
    ['pooled', [1, 16, 1, 1]],
    ['last_relu', [1, 16, 3, 3]],
    ['stem', [1, 8, 12, 12]],
  ])('replaces everything after %s', async (features, dims) => {
    const changed = await expectHead(tiny, features, dims, image);
    expect([...changed.graph.initializers.keys()]).not.toContain('fc.weight');
    const names = changed.graph.nodes.map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
  });

  it('keeps apart what the backbone already calls by the names of the head', async () => {
    const names = ['probabilities', 'espalier_features', 'logits'];
    const nodes = [
      node('Relu', ['x'], ['probabilities']),
      node('Add', ['probabilities', 'espalier_head_weight'], ['espalier_features']),
      node('Abs', ['espalier_features'], ['logits']),
    ];
    const model = graphOf({ nodes, initializers: { espalier_head_weight: noise('own', [4]) } });
    for (const features of names) await expectHead(model, features, [1, 4], noise('x', [3, 4]));
  });

  it('keeps apart an input by the name of an output', async () => {
    const model = graphOf({ nodes: [node('Relu', ['logits'], ['y'])], inputs: { logits: ['batch', 4] } });
    const changed = await expectHead(model, 'y', [1, 4], noise('x', [3, 4]));
    expect(changed.graph.inputs.map(({ name }) => name)).toEqual(['logits__backbone']);
  });

  it('can be done again to a model it was done to', async () => {
    const once = replaceHead(tiny, 'flat', [1, 16], 'none', headOf(16));
    await expectHead(once, headNames.features, [1, 16], image);
    await expectHead(once, headNames.logits, [1, 3], image);
  });

  it('refuses a head of another width', () => {
    const make = (head: ReturnType<typeof headOf>) => () => replaceHead(tiny, 'flat', [1, 16], 'none', head);
    expect(make(headOf(15))).toThrow(OnnxError);
    expect(make(headOf(15))).toThrow(/head has shape \[15,3\] but the features need \[16,3\]/);
    expect(make({ ...headOf(16), bias: noise('bias', [4]) })).toThrow(/\[16,3\] but .* \[16,4\]/);
    expect(make(headOf(16))).not.toThrow();
  });
});

describe('withWeights', () => {
  const tiny = normaliseModel(tinyNetwork());

  it('writes weights back and leaves the rest and the model it was given alone', () => {
    const bias = noise('new', [8]);
    const changed = withWeights(tiny, new Map([['stem.bias', bias]]));
    expect(changed.graph.initializers.get('stem.bias')).toBe(bias);
    expect(tiny.graph.initializers.get('stem.bias')).not.toBe(bias);
    expect(changed.graph.initializers.get('stem.weight')).toBe(tiny.graph.initializers.get('stem.weight'));
    expect([...changed.graph.initializers.keys()]).toEqual([...tiny.graph.initializers.keys()]);
  });

  it('refuses a name the model does not have, and another shape', () => {
    const write = (name: string, dims: readonly number[]) => () =>
      withWeights(tiny, new Map([[name, noise('w', dims)]]));
    expect(write('none', [8])).toThrow(
      /cannot write weight 'none' \[8\] to the model, which has no such weight/,
    );
    expect(write('stem.bias', [2, 4])).toThrow(OnnxError);
    expect(write('stem.bias', [2, 4])).toThrow(/'stem\.bias' \[2,4\] to the model, which has \[8\]/);
  });
});
