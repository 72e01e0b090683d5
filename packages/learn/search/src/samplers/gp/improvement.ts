import { cumulative } from '../../normal.js';
import type { Prediction } from './process.js';

/**
 * Logarithm of the expected improvement on a value (Jones, Schonlau, Welch: Efficient Global Optimization, 1998),
 * which says of two places without much hope which is the better one still (Ament et al.: Unexpected Improvements
 * to Expected Improvement, NeurIPS 2023).
 */
export function logImprovement({ mean, deviation }: Prediction, best: number): number {
  const z = (mean - best) / deviation;
  return Math.log(deviation) + logExpectedExcess(z);
}

/** Logarithm of the density plus z times the distribution function of the standard normal. */
function logExpectedExcess(z: number): number {
  const logDensity = -0.5 * z * z - 0.5 * Math.log(2 * Math.PI);
  if (z > -5) return Math.log(Math.exp(logDensity) + z * cumulative(z));
  // The asymptotic series of Mills' ratio. Abramowitz, Stegun, 26.2.12.
  const inverse = 1 / (z * z);
  return logDensity + Math.log(inverse * (1 - inverse * (3 - inverse * (15 - 105 * inverse))));
}
