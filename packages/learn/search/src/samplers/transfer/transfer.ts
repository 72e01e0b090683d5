import { writeGain } from '@espalier/study/words';
import { isExhausted } from '../../space/points.js';
import { checkSpace } from '../../space/space.js';
import { suggestRandom } from '../random.js';
import type { OwnSampler, Suggestion } from '../sampler.js';
import { beliefIn } from './belief.js';
import { expectedImprovement } from './improvement.js';
import { SHARE, writeDifference, type GainUnit } from './gains.js';
import { outlookOf, type Expected, type Outlook } from './outlook.js';

/** What a trial costs besides its work, as a share of the costliest: a place in the budget, and its judging. */
const FIXED_COST = 0.25;

/** For how many trials beliefs count as much as what has been seen. */
const PATIENCE = 3;

/**
 * Begins at the probes and goes where the gain is likely to be worth its work. Every trial starts with the fitted
 * head of its backbone, so that the probe's result is what it moves from: a Gaussian process models how far, over
 * what trials have gained so far. The next trial has the largest expected improvement for its work (Snoek,
 * Larochelle & Adams, 2012), weighed by what is believed of its values before anything is seen, less so with each
 * trial (πBO: Hvarfner et al., 2022).
 */
export const transferSampler: OwnSampler = {
  name: 'transfer',
  title: 'transfer: begins at the probes, and weighs gain against work',
  suggest: (request) => {
    const { space, history } = request;
    checkSpace(space);
    if (isExhausted(space, history)) return null;
    const doubt = PATIENCE / (PATIENCE + history.length);
    return bestOf(outlookOf(request), doubt, request.objective ?? SHARE) ?? suggestRandom(request);
  },
};

function bestOf({ untried, incumbent }: Outlook, doubt: number, objective: GainUnit): Suggestion | null {
  let best: { readonly value: number; readonly one: Expected } | null = null;
  for (const one of untried) {
    const improvement = expectedImprovement(one.mean - incumbent, one.deviation);
    const value = (improvement / (FIXED_COST + one.work)) * beliefIn(one.configuration) ** doubt;
    // What differs in its last bits differs by the machine.
    if (best === null || value > best.value * (1 + 1e-9)) best = { value, one };
  }
  return best === null ? null : { ...best.one.configuration, why: whyOf(best.one, incumbent, objective) };
}

function whyOf({ mean, deviation, work }: Expected, incumbent: number, objective: GainUnit): string {
  const [expected, best] = [writeGain(objective, mean), writeGain(objective, incumbent)];
  const improvement = expectedImprovement(mean - incumbent, deviation);
  const share = Math.max(1, Math.round(100 * work));
  return (
    `Expected at ${expected} ± ${writeDifference(deviation, objective)} where the best is ${best}: ` +
    `${writeDifference(improvement, objective)} to gain on average, for ${share} % of the costliest epoch's work.`
  );
}
