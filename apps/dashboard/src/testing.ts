import { currentOffer } from '@espalier/runner';
import { studyRequestSchema } from '@espalier/study';
import type { Offer } from './server/api';
import type { StudyRequest } from './request/request';

/** The bundled backbones and settings. */
export const testOffer: Offer = currentOffer();

/** Builds the settings of a study, with their defaults. */
export const requestOf = (change: object = {}): StudyRequest =>
  studyRequestSchema.parse({
    ...{ command: 'a study', dataset: { path: '/pets' }, backbones: ['vision-mini'] },
    ...change,
  });
