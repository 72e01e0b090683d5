import { choleskyOf, solveLower } from '../cholesky.js';
import { covarianceOf, optionsOf, type Kernel, type Ordered, type Point } from './kernel.js';

/** What a trial gained over the probe that it started from. */
export interface Observation {
  readonly point: Point;
  readonly gain: number;
}

export interface Prediction {
  readonly mean: number;
  readonly deviation: number;
}

/** Deviations of noise that are tried, as shares of the gains' own. */
const NOISES = [0.03, 0.1, 0.3, 1];

/** Trials from which on lengths are learnt. */
const LEAST_TO_LEARN = 3;

/** What gains deviate by where nothing is seen, and for how many trials that counts. */
const [USUAL_SCALE, WEIGHT] = [0.03, 2];

/**
 * Predicts what trials gain over their start: a Gaussian process with mean 0. How far gains stay alike along each
 * axis, and how noisy they are, is what makes the observations likeliest of a few lengths each, chosen axis by
 * axis; the scale of the gains has a conjugate prior and is integrated out (Rasmussen & Williams, 2006, chapter 5).
 */
export function fitGains(
  observations: readonly Observation[],
  ordered: Ordered,
): (point: Point) => Prediction {
  const points = observations.map(({ point }) => point);
  const gains = Float64Array.from(observations, ({ gain }) => gain);
  const { kernel, lower, whitened, scale } = likeliest(points, gains, ordered);
  return (point) => {
    const across = Float64Array.from(points, (other) => covarianceOf(kernel, point, other));
    const known = solveLower(lower, across);
    const left = covarianceOf(kernel, point, point) - dot(known, known);
    return { mean: dot(known, whitened), deviation: scale * Math.sqrt(Math.max(left, 1e-6)) };
  };
}

interface Fit {
  readonly kernel: Kernel;
  readonly noise: number;
  /** Lower factor of the covariance, with its noise. */
  readonly lower: Float64Array;
  /** The gains, solved by it. */
  readonly whitened: Float64Array;
  readonly scale: number;
  /** Logarithm of the marginal likelihood times the prior, up to a constant. */
  readonly evidence: number;
}

/** Climbs axis by axis under each noise: under the wrong one no length helps. */
function likeliest(points: readonly Point[], gains: Float64Array, ordered: Ordered): Fit {
  const options = ordered.map(optionsOf);
  const usual: Kernel = { ordered, lengths: options.map((option) => option.usual) };
  const climbed = NOISES.map((noise) => {
    let best = fitOf(points, gains, usual, noise);
    // With few trials nothing can be said of an axis that the prior does not say.
    if (points.length < LEAST_TO_LEARN) return best;
    options.forEach(({ lengths }, axis) => {
      for (const length of lengths) {
        const kernel = { ordered, lengths: best.kernel.lengths.with(axis, length) };
        best = better(best, fitOf(points, gains, kernel, noise));
      }
    });
    return best;
  });
  return climbed.reduce(better);
}

const better = (a: Fit, b: Fit): Fit => (b.evidence > a.evidence + 1e-9 ? b : a);

function fitOf(points: readonly Point[], gains: Float64Array, kernel: Kernel, noise: number): Fit {
  const count = points.length;
  const covariance = Float64Array.from(points.flatMap((a) => points.map((b) => covarianceOf(kernel, a, b))));
  for (let i = 0; i < count; i++)
    covariance[i * count + i] = (covariance[i * count + i] as number) + noise ** 2;
  const lower = choleskyOf(covariance, count);
  const whitened = solveLower(lower, gains);
  const squares = WEIGHT * USUAL_SCALE ** 2 + dot(whitened, whitened);
  const logRoot = points.reduce((sum, _, i) => sum + Math.log(lower[i * count + i] as number), 0);
  return {
    ...{ kernel, noise, lower, whitened },
    scale: Math.sqrt(squares / (WEIGHT + count)),
    evidence: logPrior(kernel) - logRoot - 0.5 * (WEIGHT + count) * Math.log(squares),
  };
}

const dot = (a: Float64Array, b: Float64Array): number =>
  a.reduce((sum, x, i) => sum + x * (b[i] as number), 0);

const logPrior = ({ ordered, lengths }: Kernel): number =>
  lengths.reduce((sum, length, axis) => sum + optionsOf(ordered[axis] ?? false).logPrior(length), 0);
