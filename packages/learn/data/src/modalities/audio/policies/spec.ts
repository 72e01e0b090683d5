import { drawnWithin } from './limits.js';

/**
 * Masks times and bands: SpecAugment (Park et al., 2019) without time warping, which they found to matter
 * least. Their masks of 27 of 80 bands are for hours of speech; on little data narrower ones do.
 */
export const spec = drawnWithin({ mask: 0.15 });
