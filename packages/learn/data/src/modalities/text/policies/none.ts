import type { Policy } from '../../policy.js';
import { identityTextView, type TextView } from '../views.js';

/** Shows each text as it is. */
export const none: Policy<TextView> = { usual: true, mostViews: 1, view: () => identityTextView };
