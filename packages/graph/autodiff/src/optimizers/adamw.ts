import { at } from '@espalier/onnx';
import type { Optimizer } from './optimizer.js';

export interface AdamWOptions {
  readonly beta1?: number;
  readonly beta2?: number;
  readonly epsilon?: number;
}

/**
 * AdamW (Loshchilov & Hutter, 2019, algorithm 2), with decay p (1 - rate decay) as in PyTorch.
 *
 * The states are sums and not averages, M = m / (1 - beta1) and V = v / (1 - beta2), which saves two
 * passes over every parameter; the factors and the bias corrections go into two scalars:
 * rate m^ / (sqrt(v^) + eps) = rate c M / (sqrt(V) + eps / r), with r = sqrt((1 - beta2) / (1 - beta2^t))
 * and c = (1 - beta1) / (1 - beta1^t) / r.
 */
export const adamW = (options: AdamWOptions = {}): Optimizer => {
  const { beta1 = 0.9, beta2 = 0.999, epsilon = 1e-8 } = options;
  return {
    state: ['first', 'second'],
    scalarCount: 2,
    scalars: (step) => {
      const root = Math.sqrt((1 - beta2) / (1 - beta2 ** step));
      return [(1 - beta1) / (1 - beta1 ** step) / root, epsilon / root];
    },
    update: ({ m, parameter, gradient, state, learningRate, weightDecay, scalars }) => {
      const [factor, floor] = [at(scalars, 0), at(scalars, 1)];
      const first = m.add(m.mul(at(state, 0), beta1), gradient);
      const second = m.add(m.mul(at(state, 1), beta2), m.square(gradient));
      const direction = m.div(first, m.add(m.sqrt(second), floor));
      const move = m.mul(direction, m.mul(learningRate, factor));
      const kept =
        weightDecay === null ? parameter : m.mul(parameter, m.sub(1, m.mul(learningRate, weightDecay)));
      return { parameter: m.sub(kept, move), state: [first, second] };
    },
  };
};
