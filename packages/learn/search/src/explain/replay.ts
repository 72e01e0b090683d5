import { createRandom } from '@espalier/base/random';
import type { SuggestRequest } from '../samplers/sampler.js';
import { drawnFrom, expectationOf } from '../samplers/transfer/outlook.js';
import { workOf } from '../space/work.js';

/** What a search is expected to have reached, beside what random search would have for the same work. */
export interface RandomReplay {
  /** Gain of the best trial, as the model sees it behind its noise. */
  readonly reached: number;
  /** Gain that random searches reach on average, and the range of 90 % of them. */
  readonly random: number;
  readonly low: number;
  readonly high: number;
}

/** Random searches that are replayed, and the most trials of one. */
const [SEARCHES, MOST_TRIALS] = [200, 500];

/** Trials from which on the model says something. */
const LEAST_TRIALS = 3;

/**
 * Replays random search for as much work as the trials took, on the model of the transfer sampler: each draws
 * configurations and trains them for as many epochs as a trial took on average. Null where too few have ended.
 */
export function replayRandom(request: SuggestRequest): RandomReplay | null {
  const { space, history, seed } = request;
  const ended = history.filter(({ status, curve }) => status !== 'running' && curve.length > 0);
  if (ended.length < LEAST_TRIALS) return null;
  const { tree, starts, of } = expectationOf(request);
  const spent = ended.reduce(
    (sum, { configuration, curve }) => sum + curve.length * workOf(space, configuration),
    0,
  );
  const epochs = ended.reduce((sum, { curve }) => sum + curve.length, 0) / ended.length;
  const tried = ended.flatMap(({ configuration }) => {
    const place = tree.placeOf(configuration);
    return place === null ? [] : [of({ configuration, place }).mean];
  });
  const start = Math.max(...starts);
  const bests = Array.from({ length: SEARCHES }, (_, search) => {
    const random = createRandom(seed, 'replay', search);
    let [work, best] = [0, start];
    for (let trial = 0; work < spent && trial < MOST_TRIALS; trial++) {
      const candidate = drawnFrom(tree, random);
      work += epochs * workOf(space, candidate.configuration);
      best = Math.max(best, of(candidate).mean);
    }
    return best;
  }).sort((a, b) => a - b);
  const at = (share: number): number => bests[Math.round(share * (SEARCHES - 1))] as number;
  return {
    reached: Math.max(start, ...tried),
    random: bests.reduce((sum, best) => sum + best, 0) / SEARCHES,
    low: at(0.05),
    high: at(0.95),
  };
}
