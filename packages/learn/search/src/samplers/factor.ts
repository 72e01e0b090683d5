import type { Random } from '@espalier/base/random';
import { cellAt, type Axis } from '../space/axis.js';
import { drawFrom, likelihood, truncatedNormal } from './truncatedNormal.js';

/** A distribution over one axis. */
export interface Factor {
  /** Density along a continuous axis, probability of the cell along another. */
  likelihood(position: number): number;
  /** A place in [0, 1]. */
  draw(random: Random): number;
}

/** Nothing to choose: no draw is taken. */
const certain: Factor = { likelihood: () => 1, draw: () => 0.5 };

/** Nearly flat over the unit interval. */
const flat = truncatedNormal(0.5, 1);

function normalFactor({ cells }: Axis, normal: typeof flat): Factor {
  return {
    likelihood: (position) => likelihood(normal, cells, position),
    draw: (random) => drawFrom(normal, random),
  };
}

/** Probabilities of choices: the chosen one, mixed with `smoothing` of every one. */
export function probabilitiesOf(
  choices: number,
  chosen: number | null,
  smoothing: number,
): readonly number[] {
  const total = choices * smoothing + (chosen === null ? 0 : 1);
  return Array.from({ length: choices }, (_, i) => (smoothing + (i === chosen ? 1 : 0)) / total);
}

export function drawIndex(probabilities: readonly number[], random: Random): number {
  let rest = random.uniform();
  const index = probabilities.findIndex((probability) => (rest -= probability) < 0);
  // Rounding can leave the probabilities a little short of 1.
  return index < 0 ? probabilities.length - 1 : index;
}

function categoricalFactor(probabilities: readonly number[]): Factor {
  const cells = probabilities.length;
  return {
    likelihood: (position) => probabilities[cellAt(position, cells)] ?? 0,
    draw: (random) => (drawIndex(probabilities, random) + 0.5) / cells,
  };
}

/** What holds on an axis of which nothing is known. */
export function priorOf(axis: Axis): Factor {
  if (axis.cells === 1) return certain;
  return axis.ordered || axis.cells === null
    ? normalFactor(axis, flat)
    : categoricalFactor(probabilitiesOf(axis.cells, null, 1));
}

/** What an observation says of its axis. */
export function factorAt(axis: Axis, position: number, deviation: number, smoothing: number): Factor {
  if (axis.cells === 1) return certain;
  return axis.ordered || axis.cells === null
    ? normalFactor(axis, truncatedNormal(position, deviation))
    : categoricalFactor(probabilitiesOf(axis.cells, cellAt(position, axis.cells), smoothing));
}
