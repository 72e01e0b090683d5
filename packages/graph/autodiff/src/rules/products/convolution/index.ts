import type { Rule } from '../../rule.js';
import { biasGradient, convolutionOf } from './convolution.js';
import { inputGradient } from './inputGradient.js';
import { weightGradient } from './weightGradient.js';

export const conv: Rule = [
  (c) => inputGradient(c, convolutionOf(c)),
  (c) => weightGradient(c, convolutionOf(c)),
  biasGradient,
];
