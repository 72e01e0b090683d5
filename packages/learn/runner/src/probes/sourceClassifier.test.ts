import { createRandom } from '@espalier/base/random';
import {
  createSession,
  float32,
  int64,
  node,
  runSession,
  type GraphNode,
  type Model,
  type Tensor,
} from '@espalier/onnx';
import { matrix } from '@espalier/probes';
import { imagePreprocessingSchema, type ReadyBackbone } from '@espalier/transfer';
import { describe, expect, it } from 'vitest';
import { openNetwork } from '../backbone/network.js';
import { openSourceClassifier } from './sourceClassifier.js';

const [SIZE, WIDTH] = [8, 6];
const loaded: ReadyBackbone = {
  modelPath: 'network.onnx',
  preprocessing: imagePreprocessingSchema.parse({
    ...{ kind: 'image', height: SIZE, width: SIZE, layout: 'nchw', channels: 'rgb' },
    ...{ scale: 1 / 255, mean: [0, 0, 0], std: [1, 1, 1] },
  }),
  features: { pooling: 'mean' },
  notes: [],
};

function weight(name: string, ...dims: number[]): Tensor {
  const random = createRandom('source classes', name);
  const length = dims.reduce((product, dim) => product * dim, 1);
  return float32(
    dims,
    Float32Array.from({ length }, () => random.normal()),
  );
}

/** A convolution and a ReLU whose map is `map`, and what comes behind it. */
const networkOf = (behind: readonly GraphNode[], output: string, classes: number): Model => ({
  irVersion: 8,
  opsets: new Map([['', 18]]),
  metadata: {},
  graph: {
    name: 'network',
    nodes: [
      node('Conv', ['image', 'kernel'], ['sums'], { pads: [1, 1, 1, 1] }),
      node('Relu', ['sums'], ['map']),
      ...behind,
    ],
    inputs: [{ name: 'image', dtype: 'float32', shape: ['batch', 3, SIZE, SIZE] }],
    outputs: [{ name: output, dtype: 'float32', shape: null }],
    initializers: new Map([
      ['kernel', weight('kernel', WIDTH, 3, 3, 3)],
      ['scores', weight('scores', WIDTH, classes)],
      ['bias', weight('bias', classes)],
      ['places', weight('places', classes, WIDTH, 1, 1)],
      ['flat_shape', int64([-1, WIDTH])],
    ]),
  },
});

const pooled = [
  node('GlobalAveragePool', ['map'], ['mean']),
  node('Reshape', ['mean', 'flat_shape'], ['flat']),
];
const linear = node('Gemm', ['flat', 'scores', 'bias'], ['y']);
const softmax = node('Softmax', ['y'], ['shares'], { axis: 1 });

/** What the features give behind the whole network, and what the network gives itself, for three pictures. */
async function both(model: Model) {
  const { model: body, sourceClasses } = await openNetwork('net', loaded, model);
  const image = weight('pictures', 3, 3, SIZE, SIZE);
  const run = async (graph: Model): Promise<Float32Array> => {
    const session = await createSession(graph);
    const outputs = await runSession(session, { image });
    await session.release();
    return outputs[graph.graph.outputs[0]?.name as string]?.data as Float32Array;
  };
  const features = await run(body);
  const source = openSourceClassifier(sourceClasses);
  const shares = await source.sharesOf(matrix(3, features.length / 3, features));
  await source.dispose();
  return { shares, whole: await run(model) };
}

describe('a network’s own classifier', () => {
  it('gives from the features the probabilities that the whole network gives', async () => {
    const { shares, whole } = await both(networkOf([...pooled, linear, softmax], 'shares', 10));
    if (typeof shares === 'string') throw new Error(shares);
    expect([shares.rows, shares.columns]).toEqual([3, 10]);
    shares.data.forEach((share, i) => expect(share).toBeCloseTo(whole[i] as number, 5));
  });

  it('is taken for one without a softmax where it has as many classes as a published set', async () => {
    const { shares, whole } = await both(networkOf([...pooled, linear], 'y', 1000));
    if (typeof shares === 'string') throw new Error(shares);
    for (let row = 0; row < 3; row++) {
      const logits = whole.subarray(1000 * row, 1000 * row + 1000);
      const sum = logits.reduce((total, z) => total + Math.exp(z), 0);
      const expected = Math.exp(logits[7] as number) / sum;
      expect(shares.data[1000 * row + 7]).toBeCloseTo(expected, 5);
    }
  });

  it.each<[string, Model, RegExp]>([
    [
      'outputs that may be anything',
      networkOf([...pooled, linear], 'y', 10),
      /its 10 outputs are classes of which/,
    ],
    [
      'labels that hold together',
      networkOf([...pooled, linear, node('Sigmoid', ['y'], ['shares'])], 'shares', 10),
      /does not say whether/,
    ],
    ['no head', networkOf(pooled, 'flat', 10), /has no classifier of its own/],
    [
      'a head for each place',
      networkOf(
        [
          node('Conv', ['map', 'places'], ['scored']),
          node('Relu', ['scored'], ['positive']),
          node('GlobalAveragePool', ['positive'], ['y']),
          softmax,
        ],
        'shares',
        4,
      ),
      /reads each place of its features/,
    ],
  ])('is not guessed from %s', async (_, model, why) => {
    expect((await both(model)).shares).toMatch(why);
  });
});
