import { registry } from '@espalier/base';
import { viewsOf, type Policy } from '../../policy.js';
import { identityTextView, type TextView } from '../views.js';
import { drop } from './drop.js';
import { misspell } from './misspell.js';
import { none } from './none.js';
import { strong } from './strong.js';
import { swap } from './swap.js';

/** The augmentation policies of texts. */
export const textPolicies = registry<Policy<TextView>>('augmentation of texts', RangeError).of({
  none,
  drop,
  swap,
  misspell,
  strong,
});

export type TextPolicyName = (typeof textPolicies.names)[number];

/** The view that a text has under a policy; see {@link viewsOf}. */
export const textViewOf = viewsOf<TextView>({
  modality: 'text',
  policies: textPolicies,
  plain: identityTextView,
  draws: 'text view',
});
