import { gainsOf, type ObservedTrial } from '../../history.js';
import type { Place, Tree } from '../tree.js';
import { crowdingOf, frontsOf } from './fronts.js';

/** Trials of a generation, and parents of the next. */
export const populationSize = 20;

/** A trial that may be a parent. */
export interface Individual {
  readonly number: number;
  readonly place: Place;
  readonly gains: readonly number[];
  /** Whether it ran to its end: one that did ranks above every other. */
  readonly complete: boolean;
}

/** A parent, and where it stands among the others. */
export interface Parent extends Individual {
  /** Number of its front, from 0. */
  readonly front: number;
  readonly crowding: number;
}

/** The generation of a trial: Optuna's, counted by numbers. */
export const generationOf = (trial: number): number => Math.floor(trial / populationSize);

/**
 * The parents of a generation: the best of the last one and of its own parents. Of trials that are not over, and
 * of later ones, nothing is known.
 */
export function parentsOf(
  tree: Tree,
  history: readonly ObservedTrial[],
  generation: number,
): readonly Parent[] {
  const individuals = individualsOf(tree, history);
  let parents: readonly Parent[] = [];
  for (let last = 0; last < generation; last++) {
    const born = individuals.filter(({ number }) => generationOf(number) === last);
    parents = fittest([...parents, ...born]).slice(0, populationSize);
  }
  return parents;
}

/** Whether a parent wins a tournament: by its front, then by the room around it. Deb et al. 2002, section III.B. */
export const isFitter = (a: Parent, b: Parent): boolean =>
  a.front !== b.front ? a.front < b.front : a.crowding > b.crowding;

/** All individuals, the fittest first; of equals the earlier one. */
export function fittest(individuals: readonly Individual[]): readonly Parent[] {
  const complete = individuals.filter((one) => one.complete);
  const others = individuals.filter((one) => !one.complete);
  const groups = [complete, others].flatMap((group) =>
    frontsOf(group.map(({ gains }) => gains)).map((front) => front.flatMap((index) => group[index] ?? [])),
  );
  return groups.flatMap((group, front) => {
    const crowding = crowdingOf(group.map(({ gains }) => gains));
    return group
      .map(({ number, place, gains, complete }, i) => {
        return { number, place, gains, complete, front, crowding: crowding[i] ?? 0 };
      })
      .sort((a, b) => (isFitter(a, b) ? -1 : isFitter(b, a) ? 1 : a.number - b.number));
  });
}

/** Trials that are over and have all gains, in order of their numbers. */
function individualsOf(tree: Tree, history: readonly ObservedTrial[]): readonly Individual[] {
  const objectives = Math.max(1, ...history.map((trial) => gainsOf(trial).length));
  return history
    .filter(({ status }) => status === 'complete' || status === 'pruned')
    .map((trial) => ({ ...trial, gains: gainsOf(trial) }))
    .filter(({ gains }) => gains.length === objectives && gains.every(Number.isFinite))
    .toSorted((a, b) => a.number - b.number)
    .flatMap(({ number, configuration, gains, status }) => {
      const place = tree.placeOf(configuration);
      return place === null ? [] : [{ number, place, gains, complete: status === 'complete' }];
    });
}
