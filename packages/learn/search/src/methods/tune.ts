import type { Method } from './method.js';

/** Trains the stages behind the freeze depth and the head, by gradient descent. */
export const tune: Method = {
  title: ({ freezeDepth = 0, learningRate = NaN }) =>
    `trained from depth ${freezeDepth} at ${Number(Number(learningRate).toPrecision(2))}`,
  epochs: null,
  work: ({ freezeDepth = 0 }, work) => work[Number(freezeDepth)] ?? NaN,
};
