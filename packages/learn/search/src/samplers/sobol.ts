import { keyOf, isExhausted, triedKeys } from '../space/points.js';
import { checkSpace } from '../space/space.js';
import { suggestRandom } from './random.js';
import type { OwnSampler, Suggestion, SuggestRequest } from './sampler.js';
import { sobolPlaces } from './sobol/places.js';
import { treeOf } from './tree.js';

/** Points that are skipped before the untried ones of a nearly exhausted space are walked instead. */
const attempts = 100;

/**
 * A scrambled Sobol sequence: the first 2^k trials are spread over the space more evenly than by chance. Trial n
 * takes point n, or the next one that repeats no configuration.
 */
export const sobolSampler: OwnSampler = {
  name: 'sobol',
  title: 'a Sobol sequence, evenly spread',
  suggest: (request) => {
    checkSpace(request.space);
    return suggestSobol(request);
  },
};

/** What the Sobol sampler suggests, for a space that has been checked. */
export function suggestSobol(request: SuggestRequest): Suggestion | null {
  const { space, history, trial, seed } = request;
  if (isExhausted(space, history)) return null;
  const tree = treeOf(space);
  const placeAt = sobolPlaces(tree, seed, 'sobol');
  const tried = triedKeys(history);
  for (let index = trial; index < trial + attempts; index++) {
    const configuration = tree.configurationAt(placeAt(index));
    if (tried.has(keyOf(configuration))) continue;
    return { ...configuration, why: `Point ${index} of a Sobol sequence, which fills the space evenly.` };
  }
  return suggestRandom(request);
}
