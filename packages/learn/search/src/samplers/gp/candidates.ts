import type { Random } from '@espalier/base/random';
import type { Configuration, SearchSpace } from '@espalier/study';
import type { Axis } from '../../space/axis.js';
import { keyOf, pointsOf, sizeOfSpace } from '../../space/points.js';
import { sobolPlaces } from '../sobol/places.js';
import type { Place, Tree } from '../tree.js';

/** A configuration that might come next, and its place. */
export interface Candidate {
  readonly configuration: Configuration;
  readonly place: Place;
}

/** Points of a finite space that are all looked at. */
const allOf = 2048;
/** Places of a larger space: evenly spread ones, and changes of each good one. */
const spread = 1024;
const changes = 64;

/** Standard deviations of the change of a number on its axis. */
const widths = [0.02, 0.1, 0.3] as const;

/** Untried configurations, each once: all of a small space, else spread ones and some near the good ones. */
export function candidatesOf(
  space: SearchSpace,
  tree: Tree,
  tried: ReadonlySet<string>,
  good: readonly Place[],
  random: Random,
): readonly Candidate[] {
  const size = sizeOfSpace(space);
  if (size !== null && size <= allOf) {
    const points = pointsOf(space, 2);
    return untried(
      tree,
      Array.from({ length: points.size }, (_, index) => points.at(index)),
      tried,
    );
  }
  const placeAt = sobolPlaces(tree, 'gp', random.integer(2 ** 32));
  const spreadOut = Array.from({ length: spread }, (_, index) => tree.configurationAt(placeAt(index)));
  return untried(tree, [...spreadOut, ...changesOf(tree, good, random)], tried);
}

/** Untried configurations near some places. */
export function neighboursOf(
  tree: Tree,
  tried: ReadonlySet<string>,
  good: readonly Place[],
  random: Random,
): readonly Candidate[] {
  return untried(tree, changesOf(tree, good, random), tried);
}

const changesOf = (tree: Tree, good: readonly Place[], random: Random): readonly Configuration[] =>
  good.flatMap((place) =>
    Array.from({ length: changes }, () => tree.configurationAt(changed(tree, place, random))),
  );

function untried(
  tree: Tree,
  configurations: readonly Configuration[],
  tried: ReadonlySet<string>,
): readonly Candidate[] {
  const seen = new Set(tried);
  return configurations.flatMap((configuration) => {
    const key = keyOf(configuration);
    const place = tree.placeOf(configuration);
    if (seen.has(key) || place === null) return [];
    seen.add(key);
    return [{ configuration, place }];
  });
}

/** A place of which about two dimensions differ. */
function changed(tree: Tree, place: Place, random: Random): Place {
  const rate = Math.min(2 / tree.dimensions, 0.5);
  const width = random.pick(widths);
  const backbone = random.uniform() < rate / 2 ? random.integer(tree.backbones) : place.backbone;
  return tree.descend(backbone, (axis, index) => {
    if (axis.cells === 1) return 0.5;
    const position = place.at[index] ?? null;
    if (position === null || axis !== tree.searched[index]?.axes[place.backbone]) return random.uniform();
    return random.uniform() < rate ? moved(axis, position, width, random) : position;
  });
}

/** A number moves along its axis, by a cell or more; a name is drawn anew. */
function moved({ cells, ordered }: Axis, position: number, width: number, random: Random): number {
  if (cells !== null && !ordered) return random.uniform();
  const step = random.normal() * width;
  const least = cells === null ? 0 : 1 / cells;
  const far = Math.abs(step) < least ? Math.sign(step) * least : step;
  // Reflected at the ends.
  const reached = Math.abs(position + far) % 2;
  return reached > 1 ? 2 - reached : reached;
}
