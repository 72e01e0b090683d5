import { float32, int64, node, type GraphNode, type Model, type Tensor } from '@espalier/onnx';
import { createRandom } from '@espalier/base/random';
import { imagePreprocessingSchema, type ReadyBackbone } from '@espalier/transfer';
import { describe, expect, it } from 'vitest';
import { openNetwork } from './network.js';

const SIZE = 8;
const preprocessing = imagePreprocessingSchema.parse({
  ...{ kind: 'image', height: SIZE, width: SIZE, layout: 'nchw', channels: 'rgb' },
  ...{ scale: 1 / 255, mean: [0, 0, 0], std: [1, 1, 1] },
});
const loaded: ReadyBackbone = {
  modelPath: 'network.onnx',
  preprocessing,
  features: { pooling: 'mean' },
  notes: [],
};

function weight(name: string, ...dims: number[]): Tensor {
  const random = createRandom(0, 'network', name);
  const size = dims.reduce((product, dim) => product * dim, 1);
  return float32(
    dims,
    Float32Array.from({ length: size }, () => random.normal()),
  );
}

/** A convolution, something in the middle, and a classifier of what is called `flat` then. */
const networkOf = (
  middle: readonly GraphNode[],
  more: Readonly<Record<string, Tensor>>,
  batch: number | string = 'batch',
): Model => ({
  irVersion: 8,
  opsets: new Map([['', 18]]),
  metadata: {},
  graph: {
    name: 'network',
    nodes: [
      node('Conv', ['image', 'kernel'], ['map'], { pads: [1, 1, 1, 1] }),
      ...middle,
      node('Gemm', ['flat', 'scores', 'bias'], ['y']),
    ],
    inputs: [{ name: 'image', dtype: 'float32', shape: [batch, 3, SIZE, SIZE] }],
    outputs: [{ name: 'y', dtype: 'float32', shape: null }],
    initializers: new Map([
      ['kernel', weight('kernel', 4, 3, 3, 3)],
      ['scores', weight('scores', 4, 10)],
      ['bias', weight('bias', 10)],
      ...Object.entries(more),
    ]),
  },
});

const pooled = node('GlobalAveragePool', ['map'], ['mean']);
const flattened = node('Reshape', ['mean', 'flat_shape'], ['flat']);
const flat_shape = int64([1, 4]);

describe('a network', () => {
  it.each([1, 'batch'])(
    'of one example, which is written into a Reshape, takes several (declared: %s)',
    async (batch) => {
      const { model, notes } = await openNetwork(
        'one',
        loaded,
        networkOf([pooled, flattened], { flat_shape }, batch),
      );
      expect(model.graph.outputs[0]?.name).toBe('flat');
      expect(notes).toEqual([]);
    },
  );

  it('of one example that mixes the batch into its places is refused in a sentence', async () => {
    const middle = [
      pooled,
      node('Reshape', ['mean', 'line'], ['all']),
      node('Gather', ['all', 'places'], ['picked'], { axis: 0 }),
      node('Reshape', ['picked', 'flat_shape'], ['flat']),
    ];
    const constants = { line: int64([-1]), places: int64([0, 1, 2, 3]), flat_shape };
    await expect(openNetwork('strided', loaded, networkOf(middle, constants, 1))).rejects.toThrow(
      /^backbone strided: its file takes exactly 1 example at a time.*export it again with a free batch.*'image'/,
    );
  });

  it('whose normalisations are in training mode computes with the statistics in the file, and says so', async () => {
    const names = ['scale', 'shift', 'running_mean', 'running_variance'];
    const statistics = Object.fromEntries(names.map((name) => [name, float32([4], [1, 2, 3, 4])]));
    const middle = [
      node('BatchNormalization', ['map', ...names], ['normal', 'next_mean', 'next_variance'], {
        training_mode: 1,
      }),
      node('GlobalAveragePool', ['normal'], ['mean']),
      node('Flatten', ['mean'], ['flat']),
    ];
    const { model, notes } = await openNetwork('training', loaded, networkOf(middle, statistics));
    expect(notes.join()).toMatch(/1 batch normalisation in training mode.*as at inference/);
    const made = model.graph.nodes.find(({ opType }) => opType === 'BatchNormalization');
    expect(made?.attributes).not.toHaveProperty('training_mode');
    expect(made?.outputs).toEqual(['normal']);
  });
});
