import type { Random } from '@espalier/base/random';
import type { Axis } from '../../space/axis.js';
import type { Place, Tree } from '../tree.js';

/** Index of the distribution of a mutation: the larger, the nearer. Deb's usual 20. */
const nearness = 20;

/**
 * A child of two places: each dimension has the value of either (uniform crossover), and one of them, on average,
 * mutates. A dimension that has no meaning in one parent comes from the other, or is drawn where it has none in
 * both. Names and lists are drawn anew, as in Optuna; ranges move by polynomial mutation (Deb, Goyal: A Combined
 * Genetic Adaptive Search for Engineering Design, 1996).
 */
export function childOf(tree: Tree, mother: Place, father: Place, random: Random): Place {
  const rate = 1 / Math.max(tree.dimensions, 1);
  const mutates = (): boolean => random.uniform() < rate;
  const pick = <T>(a: T, b: T): T => (random.uniform() < 0.5 ? a : b);
  const inherited = pick(mother.backbone, father.backbone);
  const backbone = mutates() ? random.integer(tree.backbones) : inherited;
  return tree.descend(backbone, (axis, index) => {
    if (axis.cells === 1) return 0.5;
    const from = ({ backbone: own, at }: Place): number | null =>
      axis === tree.searched[index]?.axes[own] ? (at[index] ?? null) : null;
    const [first, second] = pick([mother, father], [father, mother]).map(from);
    const position = first ?? second ?? null;
    if (position === null) return random.uniform();
    return mutates() ? mutated(axis, position, random) : position;
  });
}

function mutated({ cells }: Axis, position: number, random: Random): number {
  if (cells !== null) return random.uniform();
  const drawn = random.uniform();
  const power = 1 / (nearness + 1);
  const shift = drawn < 0.5 ? (2 * drawn) ** power - 1 : 1 - (2 - 2 * drawn) ** power;
  return Math.min(Math.max(position + shift, 0), 1);
}
