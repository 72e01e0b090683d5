import { at } from '@espalier/onnx';
import type { Optimizer } from './optimizer.js';

/**
 * Stochastic gradient descent with momentum, as PyTorch has it: v' = mu v + g + decay p,
 * p' = p - rate v' (Sutskever et al., 2013, in the form without the rate inside v).
 */
export const sgd = (options: { readonly momentum?: number } = {}): Optimizer => ({
  state: ['velocity'],
  scalarCount: 0,
  scalars: () => [],
  update: ({ m, parameter, gradient, state, learningRate, weightDecay }) => {
    const pull = weightDecay === null ? gradient : m.add(gradient, m.mul(parameter, weightDecay));
    const next = m.add(m.mul(at(state, 0), options.momentum ?? 0.9), pull);
    return { parameter: m.sub(parameter, m.mul(next, learningRate)), state: [next] };
  },
});
