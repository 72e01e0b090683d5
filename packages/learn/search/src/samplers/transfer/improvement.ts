import { cumulative } from '../../normal.js';

/** Mean of what a normal distribution has above 0. Mockus, 1978. */
export function expectedImprovement(mean: number, deviation: number): number {
  const z = mean / deviation;
  const density = Math.exp(-0.5 * z * z) / Math.sqrt(2 * Math.PI);
  return mean * cumulative(z) + deviation * density;
}
