import { drawnWithin, type LimitedAudioPolicy } from './limits.js';

/** Moves recordings in time. */
export const shift: LimitedAudioPolicy = { ...drawnWithin({ anywhere: true, shift: 0.1 }), usual: true };
