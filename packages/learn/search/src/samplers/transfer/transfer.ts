import { writeGain } from '@espalier/study/words';
import { isExhausted, keyOf } from '../../space/points.js';
import { checkSpace } from '../../space/space.js';
import { suggestRandom } from '../random.js';
import type { OwnSampler, SuggestRequest } from '../sampler.js';
import { beliefIn } from './belief.js';
import { expectedImprovement } from './improvement.js';
import { SHARE, writeDifference } from './gains.js';
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
 * trial (πBO: Hvarfner et al., 2022). Earlier studies with the same backbones are tasks beside this one: what their trials
 * gained over their probes is observed, too, as far as it agrees with what is seen here.
 */
export const transferSampler: OwnSampler = {
  name: 'transfer',
  title: 'transfer: begins at the probes, and weighs gain against work',
  readsExperience: true,
  suggest: (request) => {
    const { space, history } = request;
    checkSpace(space);
    if (isExhausted(space, history)) return null;
    const outlook = outlookOf(request);
    const best = chosenFrom(outlook, request);
    if (best === null) return suggestRandom(request);
    return {
      ...best.configuration,
      why: `${whyOf(best, outlook, request)}${movedBy(request, outlook, best)}`,
    };
  },
};

/** The configuration whose improvement is expected to be worth its work best; null where all were tried. */
function chosenFrom({ untried, incumbent }: Outlook, { history }: SuggestRequest): Expected | null {
  const doubt = PATIENCE / (PATIENCE + history.length);
  let best: { readonly value: number; readonly one: Expected } | null = null;
  for (const one of untried) {
    const improvement = expectedImprovement(one.mean - incumbent, one.deviation);
    const value = (improvement / (FIXED_COST + one.work)) * beliefIn(one.configuration) ** doubt;
    // What differs in its last bits differs by the machine.
    if (best === null || value > best.value * (1 + 1e-9)) best = { value, one };
  }
  return best?.one ?? null;
}

/** Says that earlier studies led to a choice, where there would have been another without them; else nothing. */
function movedBy(request: SuggestRequest, { trustsEarlier }: Outlook, best: Expected): string {
  const { experience = [] } = request;
  if (!trustsEarlier) return '';
  const alone = chosenFrom(outlookOf({ ...request, experience: [] }), request);
  if (alone !== null && keyOf(alone.configuration) === keyOf(best.configuration)) return '';
  const studies = new Set(experience.map(({ study }) => study)).size;
  const [who, them] = studies === 1 ? ['An earlier study', 'it'] : [`${studies} earlier studies`, 'them'];
  return ` ${who} led to this choice; without ${them} another would have been chosen.`;
}

function whyOf(
  { mean, deviation, work }: Expected,
  { incumbent }: Outlook,
  { objective = SHARE }: SuggestRequest,
): string {
  const [expected, best] = [writeGain(objective, mean), writeGain(objective, incumbent)];
  const improvement = expectedImprovement(mean - incumbent, deviation);
  const share = Math.max(1, Math.round(100 * work));
  return (
    `Expected at ${expected} ± ${writeDifference(deviation, objective)} where the best is ${best}: ` +
    `${writeDifference(improvement, objective)} to gain on average, for ${share} % of the costliest epoch's work.`
  );
}
