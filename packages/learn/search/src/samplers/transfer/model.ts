import { choleskyOf, solveLower } from '../cholesky.js';
import { covarianceOf, optionsOf, RELATED, type Kernel, type Ordered, type Point } from './kernel.js';

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

/** Variance that gains of earlier studies have besides, as a share of the gains' own: they began elsewhere. */
const EARLIER_NOISE = 0.1;

/** Trials from which on lengths are learnt. */
const LEAST_TO_LEARN = 3;

/** What gains deviate by where nothing is seen, and for how many trials that counts. */
const [USUAL_SCALE, WEIGHT] = [0.03, 2];

/** What is expected of points, and what it rests on. */
export interface GainModel {
  predict(point: Point): Prediction;
  /** Whether what earlier studies have seen counts. */
  readonly trustsEarlier: boolean;
}

/**
 * Predicts what trials gain over their start: a Gaussian process with mean 0. How far gains stay alike along each
 * axis, and how noisy they are, is what makes the observations likeliest of a few lengths each, chosen axis by
 * axis; the scale of the gains has a conjugate prior and is integrated out (Rasmussen & Williams, 2006, chapter 5).
 * What earlier studies have seen counts once, and as long as, it makes what this one has seen likelier than that is by
 * itself: studies that have nothing to do with it then cost it nothing.
 */
export function fitGains(
  own: readonly Observation[],
  ordered: Ordered,
  earlier: readonly Observation[] = [],
): GainModel {
  const alone = fitTo(own, ordered);
  if (earlier.length === 0) return { predict: predictor(own, alone), trustsEarlier: false };
  const both = [...earlier, ...own];
  const joint = fitTo(both, ordered);
  const gained = marginalOf(joint) - marginalOf(fitTo(earlier, ordered));
  return gained > marginalOf(alone) + ROUNDING
    ? { predict: predictor(both, joint), trustsEarlier: true }
    : { predict: predictor(own, alone), trustsEarlier: false };
}

/** Nothing has been seen yet where the two differ by no more. */
const ROUNDING = 1e-9;

function fitTo(observations: readonly Observation[], ordered: Ordered): Fit {
  const points = observations.map(({ point }) => point);
  return likeliest(
    points,
    Float64Array.from(observations, ({ gain }) => gain),
    ordered,
  );
}

const predictor =
  (observations: readonly Observation[], { kernel, lower, whitened, scale }: Fit) =>
  (point: Point): Prediction => {
    const across = Float64Array.from(observations, (other) => covarianceOf(kernel, point, other.point));
    const known = solveLower(lower, across);
    const left = covarianceOf(kernel, point, point) - dot(known, known);
    return { mean: dot(known, whitened), deviation: scale * Math.sqrt(Math.max(left, 1e-6)) };
  };

/** The evidence with the constants that depend on how many observations there are. */
function marginalOf({ evidence, whitened: { length } }: Fit): number {
  return evidence + logGammaOfHalf(WEIGHT + length) - (length / 2) * Math.log(Math.PI) + BEFORE;
}

/** Constants of the prior of the scale. */
const BEFORE = (WEIGHT / 2) * Math.log(WEIGHT * USUAL_SCALE ** 2);

/** Logarithm of the gamma function at half of a whole number of 1 or more. */
function logGammaOfHalf(twice: number): number {
  let sum = twice % 2 === 0 ? 0 : Math.log(Math.PI) / 2;
  for (let at = twice / 2 - 1; at > 0; at--) sum += Math.log(at);
  return sum;
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
  const lengths = options.map((option) => option.usual);
  const usual: Kernel = { ordered, lengths, related: RELATED.usual };
  const isJoined = points.some(isEarlier);
  const climbed = NOISES.map((noise) => {
    let best = fitOf(points, gains, usual, noise);
    // With few trials nothing can be said of an axis that the prior does not say.
    if (points.length < LEAST_TO_LEARN) return best;
    options.forEach(({ lengths }, axis) => {
      for (const length of lengths) {
        const kernel = { ...best.kernel, lengths: best.kernel.lengths.with(axis, length) };
        best = better(best, fitOf(points, gains, kernel, noise));
      }
    });
    for (const related of isJoined ? RELATED.lengths : []) {
      best = better(best, fitOf(points, gains, { ...best.kernel, related }, noise));
    }
    return best;
  });
  return climbed.reduce(better);
}

const isEarlier = ({ study = 0 }: Point): boolean => study > 0;

const better = (a: Fit, b: Fit): Fit => (b.evidence > a.evidence + 1e-9 ? b : a);

function fitOf(points: readonly Point[], gains: Float64Array, kernel: Kernel, noise: number): Fit {
  const count = points.length;
  const covariance = new Float64Array(count * count);
  points.forEach((a, i) => {
    for (let j = 0; j <= i; j++) covariance[i * count + j] = covarianceOf(kernel, a, points[j] as Point);
  });
  points.forEach((point, i) => {
    const own = noise ** 2 + (isEarlier(point) ? EARLIER_NOISE : 0);
    covariance[i * count + i] = (covariance[i * count + i] as number) + own;
  });
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

const logPrior = ({ ordered, lengths, related }: Kernel): number =>
  lengths.reduce(
    (sum, length, axis) => sum + optionsOf(ordered[axis] ?? false).logPrior(length),
    RELATED.logPrior(related),
  );
