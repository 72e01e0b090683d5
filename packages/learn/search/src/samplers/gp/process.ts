import { solveLower } from '../cholesky.js';
import { climb } from './ascent.js';
import type { Embedded, Embedding } from './embedding.js';
import {
  dot,
  fittedTo,
  gradientAt,
  logPosterior,
  priorMode,
  type Hyperparameters,
  type Sample,
} from './hyperparameters.js';
import { matern } from './matern.js';

/** What a Gaussian process expects at a place. */
export interface Prediction {
  readonly mean: number;
  readonly deviation: number;
}

export interface Process {
  /** Length scale of each dimension of the embedding. */
  readonly lengths: readonly number[];
  predict(at: Embedded): Prediction;
}

/** Steps up the posterior from each start. */
const STEPS = 25;

/** Logarithms of hyperparameters beyond these make a matrix singular, or nothing of the sample. */
const LIMITS = [-9, 6] as const;

/** Added to the length scales of the prior's mode to start from: as it is, and from shorter ones. */
const STARTS = [0, -1] as const;

/**
 * Fits a Gaussian process: Matern 5/2 with a length scale for each dimension, by maximum a posteriori.
 *
 * @param values of the places, of a size of about 1
 */
export function processOf(embedding: Embedding, places: readonly Embedded[], values: Float64Array): Process {
  const { dimensions } = embedding;
  const sample: Sample = { values, squared: distancesOf(embedding, places) };
  const tried = STARTS.map((shift) => {
    const start = priorMode(dimensions).map((mode, i) => (i < dimensions ? mode + shift : mode));
    return climb(start, (at) => gradientAt(sample, at), STEPS, LIMITS);
  });
  const at = bestOf(sample, tried);
  const { mean, variance, lower, weights } = fittedTo(sample, at);
  const factors = at.slice(0, dimensions).map((log) => Math.exp(-2 * log));
  return {
    lengths: [...at.slice(0, dimensions)].map(Math.exp),
    predict: (place) => {
      const correlations = new Float64Array(places.length);
      for (const [i, other] of places.entries()) {
        let scaled = 0;
        for (let d = 0; d < dimensions; d++) {
          scaled += (factors[d] as number) * embedding.squared(place, other, d);
        }
        correlations[i] = matern(scaled);
      }
      const explained = solveLower(lower, correlations);
      const left = Math.max(1 - dot(explained, explained), 1e-12);
      return { mean: mean + dot(correlations, weights), deviation: Math.sqrt(variance * left) };
    },
  };
}

/** Of equals the first. */
function bestOf(sample: Sample, tried: readonly Hyperparameters[]): Hyperparameters {
  const scores = tried.map((at) => Number(logPosterior(sample, at).toFixed(6)));
  return tried[scores.indexOf(Math.max(...scores))] as Hyperparameters;
}

function distancesOf({ dimensions, squared }: Embedding, places: readonly Embedded[]): Float64Array[] {
  return Array.from({ length: dimensions }, (_, dimension) => {
    const distances = new Float64Array((places.length * (places.length - 1)) / 2);
    let pair = 0;
    for (const [i, a] of places.entries()) {
      for (const b of places.slice(0, i)) distances[pair++] = squared(a, b, dimension);
    }
    return distances;
  });
}
