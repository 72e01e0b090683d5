import { matrix, type Matrix } from './matrix.js';

/** How features become comparable: (x - mean) * scale, with scale 0 for one that never changes. */
export interface Standardisation {
  readonly mean: Float64Array;
  readonly scale: Float64Array;
}

/** A feature that deviates by less than this share of its own mean is taken for constant: it may be rounding. */
const OF_MEAN = 1e-5;
/** The same of the block's magnitude, for a constant near 0. */
const OF_BLOCK = 1e-6;

/**
 * Mean 0 and deviation 1 for each feature over the rows, divided by the root of how many features vary,
 * so that an example has about length 1 whatever the width.
 */
export function standardisationOf({ rows, columns, data }: Matrix): Standardisation {
  const mean = new Float64Array(columns);
  const variance = new Float64Array(columns);
  for (let i = 0; i < data.length; i++) {
    const c = i % columns;
    mean[c] = (mean[c] as number) + (data[i] as number) / rows;
  }
  for (let i = 0; i < data.length; i++) {
    const c = i % columns;
    variance[c] = (variance[c] as number) + ((data[i] as number) - (mean[c] as number)) ** 2 / rows;
  }
  const deviation = variance.map(Math.sqrt);
  const squares = mean.reduce((sum, value, c) => sum + value ** 2 + (variance[c] as number), 0);
  const magnitude = Math.sqrt(squares / columns);
  const varies = (value: number, c: number): boolean =>
    value > OF_MEAN * Math.abs(mean[c] as number) && value > OF_BLOCK * magnitude;
  const count = Math.max(1, deviation.filter(varies).length);
  return {
    mean,
    scale: deviation.map((value, c) => (varies(value, c) ? 1 / (value * Math.sqrt(count)) : 0)),
  };
}

export function standardised({ rows, columns, data }: Matrix, { mean, scale }: Standardisation): Matrix {
  const result = matrix(rows, columns);
  for (let i = 0; i < data.length; i++) {
    const c = i % columns;
    result.data[i] = ((data[i] as number) - (mean[c] as number)) * (scale[c] as number);
  }
  return result;
}
