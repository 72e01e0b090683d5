import type { Schedule } from './schedule.js';

/** Epochs without improvement after which the rate falls. */
const patience = 2;
const reduction = 0.5;
/** A loss improves where it is lower than the best by more than this share of it. */
const threshold = 1e-4;

/**
 * Halves the rate whenever the validation loss has not improved for two epochs; as PyTorch's
 * ReduceLROnPlateau, whose patience counts one epoch less.
 */
export const plateauSchedule: Schedule = {
  name: 'plateau',
  factor: ({ losses }) => {
    let factor = 1;
    let best = Infinity;
    let since = 0;
    for (const loss of losses) {
      if (loss < best * (1 - threshold)) {
        best = loss;
        since = 0;
      } else if (++since === patience) {
        factor *= reduction;
        since = 0;
      }
    }
    // A thousand plateaus would round to 0.
    return Math.max(factor, Number.MIN_VALUE);
  },
};
