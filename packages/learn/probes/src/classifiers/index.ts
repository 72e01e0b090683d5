import { registry } from '@espalier/base';
import type { Classifier } from './classifier.js';
import { logistic } from './logistic.js';
import { ridge } from './ridge.js';

/** All classifiers that probes fit. */
export const classifiers = registry<Classifier>('classifier').of({ logistic, ridge });
