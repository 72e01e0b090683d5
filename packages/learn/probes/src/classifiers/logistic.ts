import { solveLogistic } from '../logistic/logistic.js';
import type { Classifier } from './classifier.js';

/** Multinomial logistic regression. */
export const logistic: Classifier = { calibrated: true, solve: solveLogistic };
