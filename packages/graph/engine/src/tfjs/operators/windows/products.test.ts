import { at, take } from '@espalier/onnx';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { dataOf, difference, noise } from '../../../testing/fixtures.js';
import { createTfjsEngine } from '../../engine.js';
import { scoped } from '../../tensors.js';
import { byKernel, type Steps } from './convolution.js';
import { planesIn } from './planes.js';
import { byProducts } from './products.js';

type Pair = readonly [number, number];

const shapes: readonly (readonly [string, readonly number[], readonly number[], Pair, Pair])[] = [
  ['one tap', [2, 4, 5, 3], [1, 1, 3, 2], [1, 1], [1, 1]],
  ['one tap and a stride', [2, 5, 4, 3], [1, 1, 3, 2], [2, 2], [1, 1]],
  ['nine taps', [2, 6, 5, 3], [3, 3, 3, 4], [1, 1], [1, 1]],
  ['a stride that leaves input over', [2, 8, 7, 2], [3, 3, 2, 3], [2, 2], [1, 1]],
  ['different strides', [1, 9, 8, 2], [3, 2, 2, 3], [3, 2], [1, 1]],
  ['a stride longer than the filter', [1, 9, 9, 2], [2, 2, 2, 3], [4, 3], [1, 1]],
  ['gaps', [1, 9, 8, 2], [3, 2, 2, 3], [1, 1], [2, 3]],
  ['gaps and strides', [2, 9, 9, 2], [3, 3, 2, 2], [2, 2], [2, 1]],
];

describe('a convolution as a sum of products', () => {
  beforeAll(async () => {
    await createTfjsEngine();
  });

  it.each(shapes)(
    'is that of the kernel, and its gradients too: %s',
    (_, planes, filter, strides, dilations) => {
      const steps: Steps = { strides, dilations };
      const drawn = (name: string, dims: readonly number[]): tf.Tensor4D =>
        tf.tensor4d(dataOf(noise(name, dims)), take(dims, 4));
      const [x, w] = [drawn('planes', planes), drawn('filter', filter)];
      const results = [byKernel, byProducts].map((apply) =>
        scoped(() => {
          const y = apply(x, w, steps);
          const dy: tf.Tensor = tf.tensor(dataOf(noise('dy', y.shape)), y.shape);
          const convolved = (...inputs: tf.Tensor[]): tf.Tensor =>
            apply(planesIn(at(inputs, 0)), planesIn(at(inputs, 1)), steps);
          const gradients = tf.grads(convolved)([x, w], dy);
          return [y, ...gradients].map((tensor) => ({
            shape: tensor.shape,
            data: tensor.dataSync().slice(),
          }));
        }),
      );
      const [kernel, products] = results as [(typeof results)[number], (typeof results)[number]];
      expect(products.map(({ shape }) => shape)).toEqual(kernel.map(({ shape }) => shape));
      kernel.forEach(({ data }, i) =>
        expect(difference(data, products[i]?.data as Float32Array)).toBeLessThan(1e-5),
      );
    },
  );
});
