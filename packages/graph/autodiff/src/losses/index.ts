import { registry } from '@espalier/base';
import { AutodiffError } from '../errors.js';
import { crossEntropy } from './crossEntropy.js';
import type { Loss } from './loss.js';
import { meanSquaredError } from './meanSquaredError.js';

/** All losses. */
export const losses = registry<Loss>('loss', AutodiffError).of({ crossEntropy, meanSquaredError });
