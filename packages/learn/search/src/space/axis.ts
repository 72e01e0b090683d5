import type { Range, Value } from '@espalier/study';

/** A range laid out on the unit interval: a list as cells of equal width, an interval as itself. */
export interface Axis {
  /** Cells of the interval, or null where it is continuous. */
  readonly cells: number | null;
  /** Whether neighbours on the axis resemble each other, as numbers do and names do not. */
  readonly ordered: boolean;
  /** Place of a value in [0, 1], the middle of its cell for a choice; null outside the range. */
  positionOf(value: Value | undefined): number | null;
  /** The value at a place in [0, 1]. Continuous values have six significant digits. */
  valueAt(position: number): Value;
}

export function axisOf(range: Range): Axis {
  switch (range.kind) {
    case 'choices':
      return choiceAxis(range.values);
    case 'integer': {
      const { low, high } = range;
      return choiceAxis(Array.from({ length: high - low + 1 }, (_, i) => low + i));
    }
    case 'uniform':
    case 'logUniform':
      return continuousAxis(range);
  }
}

const byNumber = (a: Value, b: Value): number => Number(a) - Number(b);

/** Numbers stand in their order, names as they are listed. */
function choiceAxis(values: readonly Value[]): Axis {
  const ordered = values.every((value) => typeof value === 'number');
  const sorted = ordered ? values.toSorted(byNumber) : values;
  return {
    cells: sorted.length,
    ordered,
    positionOf: (value) => {
      const index = value === undefined ? -1 : sorted.indexOf(value);
      return index < 0 ? null : (index + 0.5) / sorted.length;
    },
    valueAt: (position) => {
      const value = sorted[cellAt(position, sorted.length)];
      if (value === undefined) throw new RangeError(`an axis has no place ${position}`);
      return value;
    },
  };
}

/** The cell of `cells` of equal width that holds a place in [0, 1]. */
export function cellAt(position: number, cells: number): number {
  return Math.min(Math.floor(position * cells), cells - 1);
}

function continuousAxis({
  kind,
  low,
  high,
}: Extract<Range, { kind: 'uniform' | 'logUniform' | 'integer' }>): Axis {
  const logarithmic = kind === 'logUniform';
  const inner = (value: number): number => (logarithmic ? Math.log(value) : value);
  const span = inner(high) - inner(low);
  return {
    cells: null,
    ordered: true,
    positionOf: (value) =>
      typeof value === 'number' && value >= low && value <= high
        ? clamp((inner(value) - inner(low)) / span, 0, 1)
        : null,
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
