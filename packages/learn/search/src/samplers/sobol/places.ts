import { createRandom } from '@espalier/base/random';
import type { Place, Tree } from '../tree.js';
import { mostDimensions, sobolSequence } from './sequence.js';

/**
 * The places of a scrambled Sobol sequence in a space, by their index: a coordinate for the backbone and one for
 * each dimension with a choice. That of a dimension without a meaning is left unused, and beyond the dimensions
 * that there are direction numbers for, places are drawn.
 *
 * @param keys what the scrambling is named by
 */
export function sobolPlaces(tree: Tree, ...keys: readonly (string | number)[]): (index: number) => Place {
  const hasChoice = tree.searched.map(({ axes }) => axes.some((axis) => axis !== null && axis.cells !== 1));
  const coordinateOf = hasChoice.map((_, index) => 1 + hasChoice.slice(0, index).filter(Boolean).length);
  const dimensions = 1 + hasChoice.filter(Boolean).length;
  const sequence = sobolSequence(Math.min(dimensions, mostDimensions), createRandom(...keys));
  return (index) => {
    const point = sequence(index);
    const random = dimensions > mostDimensions ? createRandom(...keys, 'beyond', index) : null;
    const at = (coordinate: number): number => point[coordinate] ?? random?.uniform() ?? NaN;
    return tree.descend(Math.floor(at(0) * tree.backbones), ({ cells }, searched) =>
      cells === 1 ? 0.5 : at(coordinateOf[searched] ?? Infinity),
    );
  };
}
