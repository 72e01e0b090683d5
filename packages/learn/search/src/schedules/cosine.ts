import { cosineBetween, type Schedule } from './schedule.js';

/** Share of the steps that warm up. */
const warmUpShare = 0.1;

/**
 * Linear warm-up over a tenth of the steps, at most one epoch (Goyal et al.: Accurate, Large
 * Minibatch SGD, 2017), then half a cosine towards 0 (Loshchilov, Hutter: SGDR, ICLR 2017, without
 * restarts). The last step is just above 0.
 */
export const cosineSchedule: Schedule = {
  name: 'cosine',
  factor: ({ step, totalSteps, stepsPerEpoch }) => {
    const warmUp = Math.min(Math.floor(warmUpShare * totalSteps), stepsPerEpoch);
    if (step < warmUp) return (step + 1) / (warmUp + 1);
    return cosineBetween(1, 0, (step - warmUp) / (totalSteps - warmUp));
  },
};
