import { bestEpoch, gainOf, searchedTrials, type ProbeRecord, type TrialRecord } from '@espalier/study';
import type { ObservedTrial } from '../history.js';
import type { ObservedProbe, SuggestRequest } from '../samplers/sampler.js';
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
}: Pick<Course, 'settings' | 'space' | 'objective' | 'probes' | 'trials' | 'experience'>): SuggestRequest {
  const searched = searchedTrials(trials);
  return {
    space,
    objective,
    history: searched.map((trial) => observedTrial(trial, objective)),
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
