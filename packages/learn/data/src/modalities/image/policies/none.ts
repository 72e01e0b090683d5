import { identityView } from '../views.js';
import type { LimitedPolicy } from './limits.js';

/** Shows each picture as it is. */
export const none: LimitedPolicy = {
  usual: true,
  mostViews: 1,
  limits: { flip: false, minimumArea: 1, rotate: 0, colour: 0 },
  view: () => identityView,
};
