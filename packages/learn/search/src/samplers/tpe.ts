import { createRandom } from '@espalier/base/random';
import { bestValue, type ObservedTrial } from '../history.js';
import type { Configuration } from '@espalier/study';
import { isExhausted, keyOf, triedKeys } from '../space/points.js';
import { checkSpace } from '../space/space.js';
import { parzen } from './parzen.js';
import { suggestRandom } from './random.js';
import type { OwnSampler } from './sampler.js';
import { treeOf, type Place, type Tree } from './tree.js';

/** Draws from the density of good configurations, of which the best one is suggested. */
const candidates = 24;

/**
 * Tree-structured Parzen Estimator. Bergstra, Bardenet, Bengio, Kégl: Algorithms for Hyper-Parameter
 * Optimization, NeurIPS 2011.
 *
 * Splits the history into good trials and the rest, estimates a density of each, and suggests the
 * draw from the good one that maximises the ratio of the two. The estimator is multivariate and grouped: dimensions
 * that have a meaning together, such as all that one method takes, are estimated together, and trials without them
 * tell nothing of them (see parzen.ts). Two trials for each dimension that has
 * a choice, but at least 4 and at most 10, are random first (those of the random sampler).
 *
 * Pruned trials rank below complete ones, by the epochs they reached, as in Optuna. Failed trials
 * are never good, and neither are running ones: parallel trials then keep away from each other, as
 * with Optuna's constant liar. Trials outside the space are left out.
 */
export const tpeSampler: OwnSampler = {
  name: 'tpe',
  title: 'TPE, which learns from earlier trials',
  suggest: (request) => {
    const { space, history, trial, seed } = request;
    checkSpace(space);
    if (isExhausted(space, history)) return null;
    const tree = treeOf(space);
    const ranked = rankedTrials(tree, history);
    if (ranked.length < startupTrials(tree)) return suggestRandom(request);

    const good = new Set(ranked.slice(0, goodCount(ranked.length)));
    const bad = history.filter((observed) => !good.has(observed));
    const goodDensity = parzen(tree, placesOf(tree, [...good]));
    const badDensity = parzen(tree, placesOf(tree, bad));
    const random = createRandom(seed, 'tpe', trial);
    const tried = triedKeys(history);
    let best: { configuration: Configuration; ratio: number } | null = null;
    for (let i = 0; i < candidates; i++) {
      const place = goodDensity.draw(random);
      const configuration = tree.configurationAt(place);
      if (tried.has(keyOf(configuration))) continue;
      const ratio = goodDensity.density(place) / badDensity.density(place);
      if (best === null || ratio > best.ratio) best = { configuration, ratio };
    }
    if (best === null) return suggestRandom(request);
    const times = Number(best.ratio.toPrecision(2));
    const why = `${times} times as likely among the best ${good.size} of ${ranked.length} trials as among the rest.`;
    return { ...best.configuration, why };
  },
};

/** How many finished trials have to be known before the estimator takes over from chance. */
export function startupTrials({ dimensions }: Pick<Tree, 'dimensions'>): number {
  return Math.min(Math.max(2 * dimensions, 4), 10);
}

/** The best tenth of the trials, at most 25: Optuna's gamma. */
export function goodCount(trials: number): number {
  return Math.min(Math.ceil(0.1 * trials), 25);
}

/** The finished trials of the space that have a value, best first; of equals the earlier one. */
function rankedTrials(tree: Tree, history: readonly ObservedTrial[]): ObservedTrial[] {
  return history
    .filter(({ status }) => status === 'complete' || status === 'pruned')
    .filter((trial) => bestValue(trial) !== null && tree.placeOf(trial.configuration) !== null)
    .sort((a, b) => comparePruning(a, b) || valueOf(b) - valueOf(a) || a.number - b.number);
}

function comparePruning(a: ObservedTrial, b: ObservedTrial): number {
  if (a.status !== b.status) return a.status === 'complete' ? -1 : 1;
  return a.status === 'pruned' ? b.curve.length - a.curve.length : 0;
}

function valueOf(trial: ObservedTrial): number {
  return bestValue(trial) ?? -Infinity;
}

/** In order of the trials' numbers, so that the order of the history does not matter. */
function placesOf(tree: Tree, trials: readonly ObservedTrial[]): Place[] {
  return trials
    .toSorted((a, b) => a.number - b.number)
    .map(({ configuration }) => tree.placeOf(configuration))
    .filter((place) => place !== null);
}
