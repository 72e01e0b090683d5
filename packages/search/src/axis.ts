import type { NumberDimension } from './space.js';

/**
 * A numeric dimension laid on the unit interval. Choices are cells of equal width in ascending
 * order, so that neighbouring values are neighbours; ranges are stretched, in the logarithm where
 * the dimension says so.
 */
export interface Axis {
  /** Cells of the interval, or null where it is continuous. */
  readonly cells: number | null;
  /** Place of a value in [0, 1], the middle of its cell for a choice; null outside the dimension. */
  positionOf(value: number): number | null;
  /** The value at a place in [0, 1]. Continuous values have six significant digits. */
  valueAt(position: number): number;
}

export function axisOf(dimension: NumberDimension): Axis {
  return dimension.kind === 'choices' ? choiceAxis(dimension.values) : rangeAxis(dimension);
}

/** The axis of a list of values. */
export function choiceAxis(values: readonly number[]): Axis {
  const sorted = [...values].sort((a, b) => a - b);
  return {
    cells: sorted.length,
    positionOf: (value) => {
      const index = sorted.indexOf(value);
      return index < 0 ? null : (index + 0.5) / sorted.length;
    },
    valueAt: (position) => sorted[cellAt(position, sorted.length)] as number,
  };
}

/** The cell of `cells` of equal width that holds a place in [0, 1]. */
export function cellAt(position: number, cells: number): number {
  return Math.min(Math.floor(position * cells), cells - 1);
}

function rangeAxis({ kind, low, high }: Exclude<NumberDimension, { kind: 'choices' }>): Axis {
  const logarithmic = kind === 'logUniform';
  const inner = (value: number): number => (logarithmic ? Math.log(value) : value);
  const span = inner(high) - inner(low);
  return {
    cells: null,
    positionOf: (value) =>
      value >= low && value <= high ? clamp((inner(value) - inner(low)) / span, 0, 1) : null,
    valueAt: (position) => {
      const place = inner(low) + position * span;
      // The last bits of exp() differ between machines, and a study has to repeat on each.
      const value = Number((logarithmic ? Math.exp(place) : place).toPrecision(6));
      return clamp(value, low, high);
    },
  };
}

function clamp(value: number, low: number, high: number): number {
  return Math.min(Math.max(value, low), high);
}
