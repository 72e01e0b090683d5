import { crossEntropyTargets } from '@espalier/autodiff';
import { evaluate, logLoss, majorityBaseline } from '@espalier/metrics';
import { lossesOf, softmaxRows } from '@espalier/probes';
import type { Task } from '../task.js';

/** Which one of some classes an example belongs to. */
export const classification: Task = {
  metrics: ['accuracy'],
  outputs: ({ names }) => names.length,
  loss: 'crossEntropy',
  targets: (labels, rows, { labels: { names, weights }, labelSmoothing }) =>
    crossEntropyTargets(labels, rows, {
      classes: names.length,
      labelSmoothing,
      ...(weights && { classWeights: weights }),
    }),
  decode: (outputs, { names }) => softmaxRows(outputs, names.length),
  decoding: null,
  beginsFitted: true,
  meanLoss: logLoss,
  losses: ({ probabilities, labels }) => {
    const flat =
      probabilities instanceof Float32Array ? probabilities : Float32Array.from(probabilities.flat());
    const rows = labels.map((_, row) => row);
    return lossesOf(flat, labels, rows, flat.length / labels.length);
  },
  evaluate,
  trivial: majorityBaseline,
};
