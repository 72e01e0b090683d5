import { bestEpoch, gainOf, searchedTrials, type ProbeRecord, type TrialRecord } from '@espalier/study';
import type { ObservedTrial } from '../history.js';
import type { ObservedProbe, SuggestRequest } from '../samplers/sampler.js';
import { networkOf } from '../space/allowed.js';
import { spentOn, trainingCosts } from './spent.js';
import type { Course } from './course.js';

type Objective = Course['objective'];

/** What a sampler is asked for the next trial of a study. */
export function requestOf({
  settings,
  space,
  objective,
  probes,
  trials,
  experience = [],
  measured = {},
}: Pick<
  Course,
  'settings' | 'space' | 'objective' | 'probes' | 'trials' | 'experience' | 'measured'
>): SuggestRequest {
  const searched = searchedTrials(trials);
  const weighed = (trial: TrialRecord): ObservedTrial => {
    const observed = observedTrial(trial, objective);
    const { gains = [] } = observed;
    if (gains.length === 0 || settings.also === undefined) return observed;
    const found = { ...measured[networkOf(trial.configuration)], ...trainingCosts(spentOn(trials, trial)) };
    // Less is better of a cost, and more of a gain.
    return { ...observed, gains: [...gains, ...settings.also.map((name) => -(found[name] ?? NaN))] };
  };
  return {
    space,
    objective,
    history: searched.map(weighed),
    probes: probes.map((probe) => observedProbe(probe, objective)),
    experience,
    trial: searched.length,
    seed: settings.seed,
  };
}

/** A trial as samplers and pruners see it. */
export function observedTrial(
  { number, configuration, status, epochs }: TrialRecord,
  objective: Objective,
): ObservedTrial {
  const best = bestEpoch(epochs);
  return {
    number,
    configuration,
    status,
    curve: epochs.map((epoch) => gainOf(epoch, objective)),
    gains: best === null ? [] : [gainOf(best, objective)],
  };
}

/** Deviations that a 95 % interval reaches to either side. */
const NORMAL_95 = 1.96;

/** The depth that begins the name of a network's block. */
const depthOf = (block: string): number => Number.parseInt(block, 10);

function observedProbe(
  { backbone, parts, value, low, high, loss }: ProbeRecord,
  { direction }: Objective,
): ObservedProbe {
  const depths = parts.flatMap(({ source, block }) => (source === backbone ? [depthOf(block)] : []));
  return {
    backbone,
    depths: [...new Set(depths)].sort((a, b) => a - b),
    gain: direction === 'maximise' ? value : -value,
    deviation: (high - low) / (2 * NORMAL_95),
    loss,
  };
}
