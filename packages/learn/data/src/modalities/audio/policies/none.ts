import { identityAudioView } from '../views.js';
import { still, type LimitedAudioPolicy } from './limits.js';

/** Lets each recording be heard as it is. */
export const none: LimitedAudioPolicy = {
  usual: true,
  mostViews: 1,
  limits: still,
  view: () => identityAudioView,
};
