import { createRandom, type Random } from '@espalier/base/random';
import type { Configuration } from '@espalier/study';
import { gainsOf, type ObservedTrial } from '../../history.js';
import { keyOf, pointsOf, sizeOfSpace, triedKeys } from '../../space/points.js';
import { workOf } from '../../space/work.js';
import { medianOf } from '../median.js';
import type { ObservedProbe, SuggestRequest } from '../sampler.js';
import { treeOf, type Place, type Tree } from '../tree.js';
import type { Point } from './kernel.js';
import { endOf } from './end.js';
import { fitGains, type Observation } from './model.js';

/** The most candidates that are weighed. */
const MOST = 1000;

/** The most that a trial counts as having lost: how bad a bad one is says nothing of the good ones. */
const WORST = 0.1;

/** A configuration with what is expected of it. */
export interface Expected {
  readonly configuration: Configuration;
  /** The objective, higher is better. */
  readonly mean: number;
  readonly deviation: number;
  /** Share of the work of the space's costliest epoch. */
  readonly work: number;
}

/** What is known of a space: of what was tried, and of what was not. */
export interface Outlook {
  /** The best of trials and of where they start. */
  readonly incumbent: number;
  /** The trials that ended, as the model sees them behind their noise. */
  readonly tried: readonly Expected[];
  readonly untried: readonly Expected[];
  /** Whether what earlier studies have seen counts. */
  readonly trustsEarlier: boolean;
}

/** What the model has learnt, to be asked of any configuration. */
export interface Expectation {
  readonly tree: Tree;
  readonly starts: readonly number[];
  readonly seen: readonly { readonly trial: ObservedTrial; readonly observation: Observation }[];
  readonly of: (candidate: Candidate) => Expected;
  /** Whether what earlier studies have seen counts. */
  readonly trustsEarlier: boolean;
}

/** A configuration and where it lies in the tree of its space. */
export interface Candidate {
  readonly configuration: Configuration;
  readonly place: Place;
}

/** Expects of each configuration what the model learns from probes and trials; see {@link fitGains}. */
export function expectationOf({ space, history, probes = [], experience = [] }: SuggestRequest): Expectation {
  const tree = treeOf(space);
  const starts = space.backbones.map(({ id }) => startOf(id, probes) ?? usualGain(id, history));
  const most = Math.max(...space.backbones.flatMap(({ work = [1] }) => work));
  const pointAt = ({ configuration, place }: Candidate): Point => ({
    ...place,
    reach: workOf(space, configuration) / most,
  });
  const startAt = ({ backbone }: Point): number => starts[backbone] ?? 0;
  const seen = history.flatMap((trial) => {
    const place = tree.placeOf(trial.configuration);
    if (place === null) return [];
    const point = pointAt({ configuration: trial.configuration, place });
    return [{ trial, observation: observationOf(trial, history, point, startAt(point)) }];
  });
  const studies = [...new Set(experience.map(({ study }) => study))];
  const earlier = experience.flatMap(({ study, configuration, gain }): Observation[] => {
    const place = tree.placeOf(configuration);
    if (place === null) return [];
    const point = { ...pointAt({ configuration, place }), study: 1 + studies.indexOf(study) };
    return [{ point, gain: Math.max(-WORST, gain ?? -WORST) }];
  });
  const own = informative(seen.map(({ observation }) => observation));
  // What this study has seen itself crowds the rest out.
  const room = Math.max(0, LEARNT_FROM - own.length);
  const { predict, trustsEarlier } = fitGains(own, orderedOf(tree), earlier.slice(0, room));
  const of = (candidate: Candidate): Expected => {
    const point = pointAt(candidate);
    const { mean, deviation } = predict(point);
    return {
      configuration: candidate.configuration,
      mean: startAt(point) + mean,
      deviation,
      work: point.reach,
    };
  };
  return { tree, starts, seen, of, trustsEarlier };
}

/** What is expected of the trials and of the configurations that may come next. */
export function outlookOf(request: SuggestRequest): Outlook {
  const { tree, starts, seen, of, trustsEarlier } = expectationOf(request);
  const known = triedKeys(request.history);
  const reached = seen.map(({ observation: { point, gain } }) => (starts[point.backbone] ?? 0) + gain);
  return {
    incumbent: Math.max(...starts, ...reached),
    trustsEarlier,
    tried: seen
      .filter(({ trial }) => trial.status !== 'running')
      .map(({ trial: { configuration }, observation }) => of({ configuration, place: observation.point })),
    untried: candidatesOf(request, tree)
      .filter(({ configuration }) => !known.has(keyOf(configuration)))
      .map(of),
  };
}

/** The gain that trials of a backbone start with: of the probe of its last features, which comes first. */
const startOf = (id: string, probes: readonly ObservedProbe[]): number | undefined =>
  probes.find(({ backbone }) => backbone === id)?.gain;

/** What trials of a backbone reach, where no probe says what they start with. */
const usualGain = (id: string, history: readonly ObservedTrial[]): number =>
  medianOf(
    history.flatMap((trial) => {
      const [gain] = gainsOf(trial);
      return trial.configuration.backbone === id && gain !== undefined ? [gain] : [];
    }),
  ) ?? 0;

/** How far a trial came from its start; one that runs counts as if it stayed there. */
function observationOf(
  trial: ObservedTrial,
  history: readonly ObservedTrial[],
  point: Point,
  start: number,
): Observation {
  if (trial.status === 'failed') return { point, gain: -WORST };
  const end = trial.status === 'running' ? null : endOf(trial, history);
  return { point, gain: end === null || Number.isNaN(end) ? 0 : Math.max(-WORST, end - start) };
}

/** Trials that the model learns from: the best half and the newest half of as many. Its time grows with their cube. */
const LEARNT_FROM = 64;

function informative(observations: readonly Observation[]): readonly Observation[] {
  if (observations.length <= LEARNT_FROM) return observations;
  const newest = observations.slice(-LEARNT_FROM / 2);
  const older = observations.slice(0, -LEARNT_FROM / 2).toSorted((a, b) => b.gain - a.gain);
  return [...older.slice(0, LEARNT_FROM / 2), ...newest];
}

const orderedOf = ({ searched }: Tree): boolean[] =>
  searched.map(({ axes }) => axes.some((axis) => axis !== null && (axis.ordered || axis.cells === null)));

/** All points of a small space; of another as many draws as can be weighed, and others for each trial. */
function candidatesOf({ space, trial, seed }: SuggestRequest, tree: Tree): Candidate[] {
  const size = sizeOfSpace(space);
  if (size !== null && size <= MOST) {
    const points = pointsOf(space, size);
    return Array.from({ length: points.size }, (_, i) => points.at(i)).flatMap((configuration) => {
      const place = tree.placeOf(configuration);
      return place === null ? [] : [{ configuration, place }];
    });
  }
  const random = createRandom(seed, 'transfer', trial);
  return Array.from({ length: MOST }, () => drawnFrom(tree, random));
}

/** Draws a configuration: backbones are equally likely, and so are the values of each dimension. */
export function drawnFrom(tree: Tree, random: Random): Candidate {
  // Choices lie in the middle of their cells, as the tree has them.
  const place = tree.descend(random.integer(tree.backbones), ({ cells }) =>
    cells === null ? random.uniform() : (random.integer(cells) + 0.5) / cells,
  );
  return { configuration: tree.configurationAt(place), place };
}
