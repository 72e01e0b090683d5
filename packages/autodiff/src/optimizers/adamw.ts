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
    update: ({ b, parameter, gradient, state, learningRate, weightDecay, scalars }) => {
      const [factor, floor] = scalars as [string, string];
      const first = b.binary('Add', b.binary('Mul', state[0] as string, b.scalar(beta1)), gradient);
      const squared = b.binary('Mul', gradient, gradient);
      const second = b.binary('Add', b.binary('Mul', state[1] as string, b.scalar(beta2)), squared);
      const direction = b.binary('Div', first, b.binary('Add', b.unary('Sqrt', second), floor));
      const move = b.binary('Mul', direction, b.binary('Mul', learningRate, factor));
      const shrink = (decay: string): string =>
        b.binary('Mul', parameter, b.binary('Sub', b.scalar(1), b.binary('Mul', learningRate, decay)));
      const kept = weightDecay === null ? parameter : shrink(weightDecay);
      return { parameter: b.binary('Sub', kept, move), state: [first, second] };
    },
  };
};
