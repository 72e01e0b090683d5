import type { Optimizer } from './optimizer.js';

/**
 * Stochastic gradient descent with momentum, as PyTorch has it: v' = mu v + g + decay p,
 * p' = p - rate v' (Sutskever et al., 2013, in the form without the rate inside v).
 */
export const sgd = (options: { readonly momentum?: number } = {}): Optimizer => ({
  state: ['velocity'],
  scalarCount: 0,
  scalars: () => [],
  update: ({ b, parameter, gradient, state: [velocity], learningRate, weightDecay }) => {
    const pull =
      weightDecay === null ? gradient : b.binary('Add', gradient, b.binary('Mul', parameter, weightDecay));
    const kept = b.binary('Mul', velocity as string, b.scalar(options.momentum ?? 0.9));
    const next = b.binary('Add', kept, pull);
    return { parameter: b.binary('Sub', parameter, b.binary('Mul', next, learningRate)), state: [next] };
  },
});
