import { createRandom, type Random } from '@espalier/base/random';
import { isExhausted, keyOf, triedKeys } from '../space/points.js';
import { checkSpace } from '../space/space.js';
import { childOf } from './nsga2/child.js';
import { generationOf, isFitter, parentsOf, type Parent } from './nsga2/population.js';
import { suggestRandom } from './random.js';
import type { OwnSampler } from './sampler.js';
import { treeOf } from './tree.js';

/** Children that may repeat a configuration before one is drawn instead. */
const attempts = 100;

/**
 * NSGA-II: generations of 20 trials, which come ever nearer to the best compromises between several objectives.
 * Deb, Pratap, Agarwal, Meyarivan: A Fast and Elitist Multiobjective Genetic Algorithm: NSGA-II, 2002. With one
 * objective it is a plain genetic algorithm.
 *
 * The first generation is drawn by chance. From then on a trial is the child of the winners of two tournaments
 * among the best 20 of all generations before it. A trial's number says which generation it is of, so that
 * trials may run at once; those that have not ended are no parents. Pruned trials rank behind complete ones.
 */
export const nsga2Sampler: OwnSampler = {
  name: 'nsga2',
  title: 'NSGA-II, an evolution for several objectives',
  weighsAll: true,
  suggest: (request) => {
    const { space, history, trial, seed } = request;
    checkSpace(space);
    if (isExhausted(space, history)) return null;
    const tree = treeOf(space);
    const generation = generationOf(trial);
    const parents = parentsOf(tree, history, generation);
    if (parents.length < 2) return suggestRandom(request);

    const random = createRandom(seed, 'nsga2', trial);
    const tried = triedKeys(history);
    for (let attempt = 0; attempt < attempts; attempt++) {
      const [mother, father] = [winnerOf(parents, random), winnerOf(parents, random)];
      const configuration = tree.configurationAt(childOf(tree, mother.place, father.place, random));
      if (tried.has(keyOf(configuration))) continue;
      return { ...configuration, why: `Generation ${generation}: ${descent(mother.number, father.number)}.` };
    }
    return suggestRandom(request);
  },
};

const descent = (mother: number, father: number): string =>
  mother === father ? `a variation of trial ${mother}` : `a child of trials ${mother} and ${father}`;

/** The fitter of two by chance; of equals either. */
function winnerOf(parents: readonly Parent[], random: Random): Parent {
  const [one, other] = [random.pick(parents), random.pick(parents)];
  return isFitter(other, one) ? other : one;
}
