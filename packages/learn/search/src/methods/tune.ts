import type { Method } from './method.js';

/** Trains the stages behind the freeze depth and the head, by gradient descent. */
export const tune: Method = {
  title: ({ freezeDepth = 0, learningRate = NaN, frozenTail = 0, adapterRank = 0 }) => {
    const tail = Number(frozenTail) > 0 ? ` without the last ${frozenTail}` : '';
    const adapters = Number(adapterRank) > 0 ? ` by adapters of rank ${adapterRank}` : '';
    return `trained from depth ${freezeDepth}${tail}${adapters} at ${Number(Number(learningRate).toPrecision(2))}`;
  },
  epochs: null,
  network: (backbone) => backbone,
  work: ({ freezeDepth = 0 }, work) => work[Number(freezeDepth)] ?? NaN,
  // The head alone, whose features are the same for all.
  isBeside: ({ freezeDepth = 0 }, work) => Number(freezeDepth) === work.length - 1,
};
