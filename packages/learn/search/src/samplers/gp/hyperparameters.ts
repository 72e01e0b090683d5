import { choleskyOf, inverseOf } from '../cholesky.js';
import { matern, maternSlope } from './matern.js';

/** Natural logarithms: of a length scale for each dimension, and last of the noise as a share of the variance. */
export type Hyperparameters = Float64Array;

/** What a process is fitted to. */
export interface Sample {
  readonly values: Float64Array;
  /** Squared distances in each dimension, of each pair in rows of the lower triangle, without the diagonal. */
  readonly squared: readonly Float64Array[];
}

/** Observations that the prior of the variance, which is about 1, counts for. */
const VARIANCE_WEIGHT = 2;

/** What a choice of hyperparameters makes of a sample. */
export interface Fitted {
  readonly mean: number;
  readonly variance: number;
  /** Cholesky factor of the correlations, noise included. */
  readonly lower: Float64Array;
  readonly inverse: Float64Array;
  /** Inverse correlations times the values without their mean. */
  readonly weights: Float64Array;
}

/** The correlations of a sample, its mean by generalised least squares, its variance by its posterior mode. */
export function fittedTo({ values, squared }: Sample, at: Hyperparameters): Fitted {
  const n = values.length;
  const scaled = scaledDistances(squared, at, (n * (n - 1)) / 2);
  const correlations = new Float64Array(n * n);
  for (let i = 0, pair = 0; i < n; i++) {
    for (let j = 0; j < i; j++, pair++) correlations[i * n + j] = matern(scaled[pair] as number);
    correlations[i * n + i] = 1 + Math.exp(at.at(-1) as number);
  }
  const lower = choleskyOf(correlations, n);
  const inverse = inverseOf(lower, n);
  const ones = times(inverse, new Float64Array(n).fill(1));
  const mean = dot(ones, values) / ones.reduce((sum, value) => sum + value, 0);
  const centred = values.map((value) => value - mean);
  const weights = times(inverse, centred);
  const variance = (dot(weights, centred) + VARIANCE_WEIGHT) / (n + VARIANCE_WEIGHT);
  return { mean, variance, lower, inverse, weights };
}

/**
 * Gradient of the logarithm of the posterior density. Rasmussen, Williams: Gaussian Processes for Machine
 * Learning (2006), equation 5.9, with the variance integrated out.
 */
export function gradientAt({ values, squared }: Sample, at: Hyperparameters): Float64Array {
  const n = values.length;
  const { inverse, weights, variance } = fittedTo({ values, squared }, at);
  const scaled = scaledDistances(squared, at, (n * (n - 1)) / 2);
  // Of each pair: how the likelihood changes with its correlation, times how that changes with its distance.
  const slopes = new Float64Array(scaled.length);
  for (let i = 0, pair = 0; i < n; i++) {
    for (let j = 0; j < i; j++, pair++) {
      const outer = ((weights[i] as number) * (weights[j] as number)) / variance;
      slopes[pair] = (outer - (inverse[i * n + j] as number)) * maternSlope(scaled[pair] as number);
    }
  }
  const gradient = priorGradient(at);
  for (const [d, distances] of squared.entries()) {
    gradient[d] = (gradient[d] as number) - 2 * Math.exp(-2 * (at[d] as number)) * dot(slopes, distances);
  }
  const noise = Math.exp(at.at(-1) as number);
  for (let i = 0; i < n; i++) {
    const change = (weights[i] as number) ** 2 / variance - (inverse[i * n + i] as number);
    gradient[squared.length] = (gradient[squared.length] as number) + 0.5 * noise * change;
  }
  return gradient;
}

/** The logarithm of the posterior density, up to a constant. */
export function logPosterior(sample: Sample, at: Hyperparameters): number {
  const n = sample.values.length;
  const { lower, variance } = fittedTo(sample, at);
  let logDeterminant = 0;
  for (let i = 0; i < n; i++) logDeterminant += 2 * Math.log(lower[i * n + i] as number);
  const likelihood = -0.5 * ((n + VARIANCE_WEIGHT) * Math.log(variance) + logDeterminant);
  return priorsOf(at.length - 1).reduce(
    (sum, { mode, deviation }, i) => sum - 0.5 * (((at[i] as number) - mode) / deviation) ** 2,
    likelihood,
  );
}

/**
 * Log-normal priors: length scales that grow with the root of the dimensions (Hvarfner, Hellsten, Nardi: Vanilla
 * Bayesian Optimization Performs Great in High Dimensions, ICML 2024), and little noise, as in BoTorch.
 */
const priorsOf = (dimensions: number): readonly { readonly mode: number; readonly deviation: number }[] => [
  ...Array.from({ length: dimensions }, () => ({
    mode: Math.SQRT2 - 3 + 0.5 * Math.log(dimensions),
    deviation: Math.sqrt(3),
  })),
  { mode: -5, deviation: 1 },
];

const priorGradient = (at: Hyperparameters): Float64Array =>
  Float64Array.from(
    priorsOf(at.length - 1).map(({ mode, deviation }, i) => (mode - (at[i] as number)) / deviation ** 2),
  );

/** Where the priors are highest. */
export const priorMode = (dimensions: number): Hyperparameters =>
  Float64Array.from(priorsOf(dimensions).map(({ mode }) => mode));

function scaledDistances(squared: readonly Float64Array[], at: Hyperparameters, pairs: number): Float64Array {
  const scaled = new Float64Array(pairs);
  for (const [d, distances] of squared.entries()) {
    const factor = Math.exp(-2 * (at[d] as number));
    for (let pair = 0; pair < pairs; pair++) {
      scaled[pair] = (scaled[pair] as number) + factor * (distances[pair] as number);
    }
  }
  return scaled;
}

export function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += (a[i] as number) * (b[i] as number);
  return sum;
}

function times(matrix: Float64Array, vector: Float64Array): Float64Array {
  const n = vector.length;
  return vector.map((_, i) => dot(matrix.subarray(i * n, (i + 1) * n), vector));
}
