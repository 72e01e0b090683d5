import type { SuggestRequest } from '../samplers/sampler.js';
import { SHARE, writeDifference } from '../samplers/transfer/gains.js';
import { outlookOf } from '../samplers/transfer/outlook.js';

/** Trials that have ended before a search is thought to be over: the model knows little before. */
const LEAST_TRIALS = 5;

/** Deviations on either side of a mean within which a gain is thought to be. */
const CONFIDENCE = 1;

/**
 * Says that nothing is to be gained by another trial, a sentence; null while something is. The simple regret is
 * bounded by the best that an untried configuration may reach, less what the best so far is worth at the least,
 * and a bound below the noise of the measurements cannot be told from none (Makarova et al., 2022). A probe that
 * is better than every trial is the best so far, for it can be the answer.
 */
export function nothingToGain(request: SuggestRequest): string | null {
  const { probes = [], objective = SHARE, history } = request;
  if (history.filter(({ status }) => status !== 'running').length < LEAST_TRIALS) return null;
  const [leader] = probes.toSorted((a, b) => b.gain - a.gain);
  if (leader === undefined) return null;
  const { tried, untried } = outlookOf(request);
  // A space that has been tried is the sampler's to end.
  if (untried.length === 0) return null;
  const possible = Math.max(...untried.map(({ mean, deviation }) => mean + CONFIDENCE * deviation));
  const certain = Math.max(leader.gain, ...tried.map(({ mean, deviation }) => mean - CONFIDENCE * deviation));
  const regret = Math.max(0, possible - certain);
  if (regret >= leader.deviation) return null;
  if (regret === 0) return 'No other trial is expected to be better than the best so far.';
  return (
    `Another trial is expected to gain at most ${writeDifference(regret, objective)}, ` +
    `which the labelled examples could not tell from chance (${writeDifference(leader.deviation, objective)}).`
  );
}
