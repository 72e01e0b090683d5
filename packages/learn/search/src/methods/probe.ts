import type { Method } from './method.js';

/** Fits a linear classifier to the frozen features of a depth, in one go. */
export const probe: Method = {
  title: ({ featureDepth = '', classifier = '' }) => `${classifier} regression on depth ${featureDepth}`,
  epochs: 1,
  network: (backbone, { featureDepth = '' }) => `${backbone} to depth ${featureDepth}, mean and spread`,
  work: (_, work) => work.at(-1) ?? NaN,
};
