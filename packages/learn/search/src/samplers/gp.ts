import { createRandom } from '@espalier/base/random';
import type { Configuration, SearchSpace } from '@espalier/study';
import { bestValue, type ObservedTrial } from '../history.js';
import { isExhausted, triedKeys } from '../space/points.js';
import { checkSpace } from '../space/space.js';
import { workOf } from '../space/work.js';
import { candidatesOf, neighboursOf, type Candidate } from './gp/candidates.js';
import { embeddingOf } from './gp/embedding.js';
import { logImprovement } from './gp/improvement.js';
import { observationsOf, standardised, type Observation } from './gp/observations.js';
import { processOf } from './gp/process.js';
import { suggestRandom } from './random.js';
import type { OwnSampler } from './sampler.js';
import { suggestSobol } from './sobol.js';
import { startupTrials } from './tpe.js';
import { treeOf, type Tree } from './tree.js';

/** Places of which candidates are changes: the best that were seen, then the most promising. */
const good = 5;

/** A candidate and what is expected of it. */
interface Scored extends Candidate {
  /** Logarithm of the expected improvement. */
  readonly improvement: number;
  readonly score: number;
}

/**
 * Bayesian optimisation with a Gaussian process. Snoek, Larochelle, Adams: Practical Bayesian Optimization of
 * Machine Learning Algorithms, NeurIPS 2012.
 *
 * Begins with points of the Sobol sequence, then suggests the candidate with the largest expected improvement
 * on the best trial for its cost. The cost is the work of an epoch to a power that falls from 1 towards 0: cheap
 * configurations tell first where the good ones lie, and expensive ones have their turn (Lee, Perrone, Archambeau,
 * Seeger: Cost-aware Bayesian Optimization, 2020). A sampler does not see the budget that cools there, so trials
 * cool here, the startup trials as a share of those that have ended; an improvement per cost that never cools
 * would spend a study of few trials on cheap ones alone. Work that is not known weighs nothing.
 */
export const gpSampler: OwnSampler = {
  name: 'gp',
  title: 'a Gaussian process, which weighs gain against work',
  suggest: (request) => {
    const { space, history, trial, seed } = request;
    checkSpace(space);
    if (isExhausted(space, history)) return null;
    const tree = treeOf(space);
    const ended = history.filter((one) => hasEnded(one) && tree.placeOf(one.configuration) !== null).length;
    const startup = startupTrials(tree);
    if (ended < startup) return suggestSobol(request);

    const observations = observationsOf(tree, history);
    const costOf = costsOf(space, observations);
    const score = scoring(tree, observations, (one) => (startup / ended) * Math.log(costOf(one)));
    const random = createRandom(seed, 'gp', trial);
    const tried = triedKeys(history);
    const seen = observations.slice(0, good).map(({ place }) => place);
    const first = score(candidatesOf(space, tree, tried, seen, random));
    const promising = ranked(first).slice(0, good);
    const near = neighboursOf(
      tree,
      tried,
      promising.map(({ place }) => place),
      random,
    );
    const [chosen] = ranked([...promising, ...score(near)]);
    if (chosen === undefined) return suggestRandom(request);
    const { configuration, improvement } = chosen;
    const best = observations[0]?.trial.number ?? NaN;
    return { ...configuration, why: reason(best, Math.exp(improvement), costOf(configuration)) };
  },
};

const hasEnded = (trial: ObservedTrial): boolean =>
  (trial.status === 'complete' || trial.status === 'pruned') && Number.isFinite(bestValue(trial));

/** Gives candidates their scores: logarithms of the expected improvement, less what a configuration costs. */
function scoring(
  tree: Tree,
  observations: readonly Observation[],
  logCostOf: (configuration: Configuration) => number,
): (candidates: readonly Candidate[]) => readonly Scored[] {
  const embedding = embeddingOf(tree);
  const { values, unit } = standardised(observations.map(({ value }) => value));
  const process = processOf(
    embedding,
    observations.map(({ place }) => embedding.embed(place)),
    values,
  );
  const best = values[0] ?? NaN;
  return (candidates) =>
    candidates.map((candidate) => {
      const improvement = logImprovement(process.predict(embedding.embed(candidate.place)), best);
      // The last bits of a logarithm differ between machines.
      const score = Number((improvement - logCostOf(candidate.configuration)).toFixed(6));
      return { ...candidate, improvement: improvement + Math.log(unit), score };
    });
}

/** Best first; of equals the first. */
const ranked = (candidates: readonly Scored[]): readonly Scored[] =>
  candidates.toSorted((a, b) => b.score - a.score);

/** Gives the work of a configuration beside the mean of the trials; 1 where it is not known. */
function costsOf(space: SearchSpace, observations: readonly Observation[]): (one: Configuration) => number {
  const total = observations.reduce((sum, { trial }) => sum + workOf(space, trial.configuration), 0);
  return (configuration) => {
    const relative = (workOf(space, configuration) * observations.length) / total;
    return Number.isFinite(relative) && relative > 0 ? relative : 1;
  };
}

const short = (value: number): string => String(Number(value.toPrecision(2)));

function reason(best: number, improvement: number, work: number): string {
  const by = improvement < 1e-6 ? 'less than 0.000001' : short(improvement);
  const cost = work === 1 ? '' : `, at ${short(work)} times the mean cost of the trials so far`;
  return `Expected to improve on trial ${best}, the best so far, by ${by}${cost}.`;
}
