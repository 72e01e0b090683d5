import { identityView } from '../views.js';
import type { LimitedPolicy } from './limits.js';

/** Mirrors every second view: with a random choice, half of the views would repeat the picture as it is. */
export const flip: LimitedPolicy = {
  usual: true,
  mostViews: 2,
  limits: { flip: true, minimumArea: 1, rotate: 0, colour: 0 },
  view: ({ index }) => ({ ...identityView, flip: index % 2 === 1 }),
};
