import { createRandom, type Random } from '@espalier/base/random';
import type { Configuration, SearchSpace } from '@espalier/study';
import type { ObservedTrial } from '../../history.js';
import { keyOf, pointsOf, sizeOfSpace, triedKeys } from '../../space/points.js';
import { workOf } from '../../space/work.js';
import type { ObservedProbe, SuggestRequest } from '../sampler.js';
import { treeOf, type Place, type Tree } from '../tree.js';
import type { Point } from './kernel.js';
import { endOf } from './end.js';
import { fitGains, type Observation } from './model.js';

/** The most candidates that are weighed. */
const MOST = 1000;

/** What a trial that failed counts as having lost. */
const FAILED = 0.2;

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
}

/** Expects of each configuration what the model learns from probes and trials; see {@link fitGains}. */
export function outlookOf(request: SuggestRequest): Outlook {
  const { space, history, probes = [] } = request;
  const tree = treeOf(space);
  const starts = space.backbones.map(({ id }) => startOf(id, probes));
  const most = Math.max(...space.backbones.flatMap(({ work = [1] }) => work));
  const pointAt = (configuration: Configuration, place: Place): Point => ({
    ...place,
    reach: workOf(space, configuration) / most,
  });
  const startAt = ({ backbone }: Point): number => starts[backbone] ?? 0;
  const seen = history.flatMap((trial) => {
    const place = tree.placeOf(trial.configuration);
    if (place === null) return [];
    const point = pointAt(trial.configuration, place);
    return [{ trial, observation: observationOf(trial, history, point, startAt(point)) }];
  });
  const predict = fitGains(
    seen.map(({ observation }) => observation),
    orderedOf(tree),
  );
  const expected = (configuration: Configuration, point: Point): Expected => {
    const { mean, deviation } = predict(point);
    return { configuration, mean: startAt(point) + mean, deviation, work: point.reach };
  };
  const known = triedKeys(history);
  return {
    incumbent: Math.max(
      ...starts,
      ...seen.map(({ observation: { point, gain } }) => startAt(point) + gain),
    ),
    tried: seen
      .filter(({ trial }) => trial.status !== 'running')
      .map(({ trial, observation }) => expected(trial.configuration, observation.point)),
    untried: candidatesOf(request, tree)
      .filter(({ configuration }) => !known.has(keyOf(configuration)))
      .map(({ configuration, place }) => expected(configuration, pointAt(configuration, place))),
  };
}

/** The gain that trials of a backbone start with: of the probe of its last features, which comes first. */
const startOf = (id: string, probes: readonly ObservedProbe[]): number =>
  probes.find(({ backbone }) => backbone === id)?.gain ?? 0;

/** How far a trial came from its start; one that runs counts as if it stayed there. */
function observationOf(
  trial: ObservedTrial,
  history: readonly ObservedTrial[],
  point: Point,
  start: number,
): Observation {
  if (trial.status === 'failed') return { point, gain: -FAILED };
  const end = trial.status === 'running' ? null : endOf(trial, history);
  return { point, gain: end === null || Number.isNaN(end) ? 0 : end - start };
}

const orderedOf = ({ searched }: Tree): boolean[] =>
  searched.map(({ axes }) => axes.some((axis) => axis !== null && (axis.ordered || axis.cells === null)));

interface Candidate {
  readonly configuration: Configuration;
  readonly place: Place;
}

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
  return Array.from({ length: MOST }, () => {
    const place = drawn(space, tree, random);
    return { configuration: tree.configurationAt(place), place };
  });
}

/** A place as the tree has it: choices in the middle of their cells. */
const drawn = ({ backbones }: SearchSpace, tree: Tree, random: Random): Place =>
  tree.descend(random.integer(backbones.length), ({ cells }) =>
    cells === null ? random.uniform() : (random.integer(cells) + 0.5) / cells,
  );
