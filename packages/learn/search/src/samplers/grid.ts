import { createRandom } from '@espalier/base/random';
import type { SearchSpace } from '@espalier/study';
import { SearchError } from '../errors.js';
import { keyOf, pointsOf, triedKeys } from '../space/points.js';
import { checkSpace } from '../space/space.js';
import type { OwnSampler } from './sampler.js';

/** Points a continuous dimension is cut into, both ends included. */
export const gridResolution = 4;

/** The order is shuffled in memory, and a larger grid would never be finished. */
const largestGrid = 1_000_000;

/**
 * Every point of the space once, in an order shuffled by the seed, so that a search that ends early
 * has seen all regions. Points of the history are not repeated, whatever became of their trials.
 */
export const gridSampler: OwnSampler = {
  name: 'grid',
  title: 'a grid, every point once',
  left: ({ space, history }) => {
    const points = gridOf(space);
    const tried = triedKeys(history);
    return Array.from({ length: points.size }, (_, i) => points.at(i)).filter((one) => !tried.has(keyOf(one)))
      .length;
  },
  suggest: ({ space, history, seed }) => {
    const points = gridOf(space);
    const tried = triedKeys(history);
    const order = createRandom(seed, 'grid').shuffle(Array.from({ length: points.size }, (_, i) => i));
    const next = order.find((index) => !tried.has(keyOf(points.at(index))));
    if (next === undefined) return null;
    return {
      ...points.at(next),
      why: `One of the ${points.size} points of the grid, in an order by chance.`,
    };
  },
};

function gridOf(space: SearchSpace): ReturnType<typeof pointsOf> {
  checkSpace(space);
  const points = pointsOf(space, gridResolution);
  if (points.size <= largestGrid) return points;
  throw new SearchError(
    `A grid of ${points.size} points cannot be searched, narrow the space or sample it with random or tpe`,
  );
}
