import { createRandom, type Random } from '@espalier/base/random';
import type { Configuration, SearchSpace } from '@espalier/study';
import { isExhausted, keyOf, pointsOf, triedKeys } from '../space/points.js';
import { checkSpace } from '../space/space.js';
import type { OwnSampler, Suggestion, SuggestRequest } from './sampler.js';
import { treeOf } from './tree.js';

/** Draws before the untried points of a nearly exhausted space are walked instead. */
const attempts = 100;

const why = 'Drawn at random.';

/**
 * Independent draws (Bergstra, Bengio: Random Search for Hyper-Parameter Optimization, JMLR 2012).
 * Backbones are equally likely whatever the number of their depths. A trial's draw is that of its
 * own stream; it depends on the history only where it would repeat a configuration.
 */
export const randomSampler: OwnSampler = {
  name: 'random',
  title: 'random',
  suggest: (request) => {
    checkSpace(request.space);
    return suggestRandom(request);
  },
};

/** What the random sampler suggests, for a space that has been checked. */
export function suggestRandom({ space, history, trial, seed }: SuggestRequest): Suggestion | null {
  if (isExhausted(space, history)) return null;
  const random = createRandom(seed, 'random', trial);
  const tried = triedKeys(history);
  for (let attempt = 0; attempt < attempts; attempt++) {
    const drawn = draw(space, random);
    if (!tried.has(keyOf(drawn))) return { ...drawn, why };
  }
  const left = untriedFrom(space, tried, random);
  return left && { ...left, why };
}

function draw(space: SearchSpace, random: Random): Configuration {
  const tree = treeOf(space);
  const backbone = random.integer(tree.backbones);
  const place = tree.descend(backbone, ({ cells }) => (cells === 1 ? 0.5 : random.uniform()));
  return tree.configurationAt(place);
}

/** The first untried point from a random one on; one is known to exist. */
function untriedFrom(space: SearchSpace, tried: ReadonlySet<string>, random: Random): Configuration | null {
  const points = pointsOf(space, tried.size + 2);
  const start = random.integer(points.size);
  for (let step = 0; step < points.size; step++) {
    const point = points.at((start + step) % points.size);
    if (!tried.has(keyOf(point))) return point;
  }
  return null;
}
