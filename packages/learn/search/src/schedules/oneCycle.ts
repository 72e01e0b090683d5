import { cosineBetween, type Schedule } from './schedule.js';

const start = 1 / 25;
const end = 1 / 1e4;
/** Share of the steps that rise. */
const rise = 0.3;

/**
 * One cycle: up from 1/25 to 1 over 30 % of the steps, down to 1/10000, both along half a cosine.
 * Smith, Topin: Super-Convergence, 2018; cosine and phases as PyTorch's OneCycleLR (with
 * final_div_factor 400), momentum left alone.
 */
export const oneCycleSchedule: Schedule = {
  name: 'one-cycle',
  factor: ({ step, totalSteps }) => {
    const peak = rise * totalSteps - 1;
    const last = totalSteps - 1;
    return step <= peak
      ? cosineBetween(start, 1, step / peak)
      : cosineBetween(1, end, (step - peak) / (last - peak));
  },
};
