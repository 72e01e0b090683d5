import { currentOffer } from '@espalier/runner';
import { studyRequestSchema } from '@espalier/study';
import type { Offer } from './api';
import type { Asked } from './asked';

/** All that comes with Espalier. */
export const testOffer: Offer = currentOffer();

/** The settings of a study that was asked so, with their defaults. */
export const askedOf = (change: object = {}): Asked =>
  studyRequestSchema.parse({
    ...{ command: 'a study', dataset: { path: '/pets' }, backbones: ['vision-mini'] },
    ...change,
  });
