import { registry } from '@espalier/base';
import { viewsOf, type Policy } from '../../policy.js';
import { identityAudioView, type AudioView } from '../views.js';
import { gain } from './gain.js';
import { noise } from './noise.js';
import { none } from './none.js';
import { shift } from './shift.js';
import { spec } from './spec.js';
import { strong } from './strong.js';

/** The augmentation policies of recordings. */
export const audioPolicies = registry<Policy<AudioView>>('augmentation of recordings', RangeError).of({
  none,
  shift,
  noise,
  gain,
  spec,
  strong,
});

export type AudioPolicyName = (typeof audioPolicies.names)[number];

/** The view that a recording has under a policy; see {@link viewsOf}. */
export const audioViewOf = viewsOf<AudioView>({
  modality: 'audio',
  policies: audioPolicies,
  plain: identityAudioView,
  draws: 'audio view',
});
