import { registry } from '@espalier/base';
import { viewsOf, type Policy } from '../../policy.js';
import { identityView, type View } from '../views.js';
import { colour } from './colour.js';
import { crop } from './crop.js';
import { flip } from './flip.js';
import { none } from './none.js';
import { strong } from './strong.js';

/** The augmentation policies of pictures. */
export const imagePolicies = registry<Policy<View>>('augmentation of images', RangeError).of({
  none,
  flip,
  crop,
  colour,
  strong,
});

export type ImagePolicyName = (typeof imagePolicies.names)[number];

/** The view that a picture has under a policy; see {@link viewsOf}. */
export const viewOf = viewsOf<View>({
  modality: 'image',
  policies: imagePolicies,
  plain: identityView,
  draws: 'view',
});
