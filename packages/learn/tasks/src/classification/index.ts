import { crossEntropyTargets } from '@espalier/autodiff';
import { classLabels } from '@espalier/data';
import { evaluate, logLoss } from '@espalier/metrics';
import { lossesOf, softmaxRows } from '@espalier/probes';
import type { Task } from '../task.js';
import { trivial } from './trivial.js';

/** Which one of some classes an example belongs to. */
export const classification: Task = {
  labels: classLabels,
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
  answer: (probabilities, names) =>
    names
      .map((label, i) => ({ label, probability: probabilities[i] as number }))
      .sort((a, b) => b.probability - a.probability),
  decoding: null,
  beginsFitted: true,
  meanLoss: logLoss,
  losses: ({ probabilities, labels }) => {
    const flat =
      probabilities instanceof Float32Array ? probabilities : Float32Array.from(probabilities.flat());
    const rows = labels.map((_, row) => row);
    return lossesOf(flat, labels, rows, flat.length / labels.length);
  },
  details: (predictions, groups) => ({ classification: evaluate(predictions, groups) }),
  trivial,
};
