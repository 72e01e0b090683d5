import { byClass, type LabelledFeatures } from './features.js';
import type { FeatureScore } from './score.js';
import { dot, shifted, type Tridiagonal } from './tridiagonal.js';

/** Iterations after which the precisions are taken as they are, and the change at which they have converged. */
const [ITERATIONS, TOLERANCE] = [200, 1e-6];

/** Bounds of the ratio of the precisions, relative to the features' mean square length. */
const [LEAST, MOST] = [1e-8, 1e8];

/**
 * Log evidence of an example under Bayesian linear regression from the features to one target a class, which is 1 or
 * 0, at the most likely precisions of weights and noise (You et al., 2021), which the fixed point of You et al. (2022)
 * finds; the mean over the classes. In the space of the examples: with K the inner products, t = alpha / beta and
 * u = (K + t I)⁻¹ y, the residual is t u and |m|² = u · (y - t u).
 */
export const logme: FeatureScore = {
  title: 'LogME',
  unit: 'nats',
  paper: 'You et al., 2021 and 2022',
  needs: 'features',
  of: (examples) => {
    const { labels, classes } = examples;
    const scale = scaleOf(examples);
    const form = scaled(examples.plainForm(), scale);
    const members = byClass(labels);
    const targets = members.map((rows) => {
      const target = new Float64Array(labels.length);
      for (const row of rows) target[row] = 1;
      return form.turn(target);
    });
    const sum = targets.reduce((total, target) => total + evidenceOf(form, target), 0);
    // A class without examples is a target of zeros, of which nothing has to be explained.
    return sum / Math.min(classes, targets.length);
  },
};

/** Mean square length of the features; 1 where they are all 0. */
function scaleOf({ gram, labels }: LabelledFeatures): number {
  const n = labels.length;
  return labels.reduce((sum, _, i) => sum + (gram[i * n + i] as number) / n, 0) || 1;
}

/** The evidence does not depend on the length of the features; rounding and bounds do. */
const scaled = ({ diagonal, beside, turn }: Tridiagonal, scale: number): Tridiagonal => ({
  diagonal: diagonal.map((value) => value / scale),
  beside: beside.map((value) => value / scale),
  turn,
});

/** A ratio that is no number is of features that explain everything. */
const within = (ratio: number): number =>
  Number.isNaN(ratio) ? LEAST : Math.min(MOST, Math.max(LEAST, ratio));

/** @param y a target, turned into the basis of the form */
function evidenceOf(form: Tridiagonal, y: Float64Array): number {
  const n = y.length;
  let t = 1;
  for (let i = 0; ; i++) {
    const { logDeterminant, inverseTrace, solve } = shifted(form, t);
    const u = solve(y);
    const residual = t ** 2 * dot(u, u);
    const weights = Math.max(0, dot(u, y) - t * dot(u, u));
    const known = Math.min(n, Math.max(0, n - t * inverseTrace));
    const next = within((known / (n - known)) * (residual / weights));
    if (i < ITERATIONS && Math.abs(next - t) > TOLERANCE * t) {
      t = next;
      continue;
    }
    // alpha |m|² + beta |r|² = n at the fixed point; of each t the best alpha has it, too.
    const alpha = n / (weights + residual / t);
    return (0.5 * (n * Math.log(alpha) - n * Math.log(2 * Math.PI) - n - logDeterminant)) / n;
  }
}
