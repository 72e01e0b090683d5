/** Factors on a step where the gradient keeps its sign, and where it changes it. */
const FASTER = 1.2;
const SLOWER = 0.5;

const FIRST_STEP = 0.3;
const SMALLEST_STEP = 1e-3;
const LARGEST_STEP = 1;

/**
 * Climbs by the signs of a gradient alone: iRprop- of Igel, Hüsken: Improving the Rprop Learning Algorithm, 2000;
 * for Gaussian processes Blum, Riedmiller: Optimization of Gaussian Process Hyperparameters using Rprop, ESANN
 * 2013. As the gradient's size does not matter, neither do its last bits, which differ between machines.
 *
 * @param limits lowest and highest value of every coordinate
 */
export function climb(
  start: Float64Array,
  gradientAt: (at: Float64Array) => Float64Array,
  steps: number,
  limits: readonly [low: number, high: number],
): Float64Array {
  const at = start.slice();
  const sizes = new Float64Array(at.length).fill(FIRST_STEP);
  let last = new Float64Array(at.length);
  for (let step = 0; step < steps && sizes.some((size) => size > SMALLEST_STEP); step++) {
    const gradient = gradientAt(at);
    const signs = gradient.map(Math.sign);
    for (const [i, sign] of signs.entries()) {
      const agreement = sign * (last[i] as number);
      if (agreement > 0) sizes[i] = Math.min((sizes[i] as number) * FASTER, LARGEST_STEP);
      if (agreement < 0) {
        sizes[i] = Math.max((sizes[i] as number) * SLOWER, SMALLEST_STEP);
        signs[i] = 0;
      }
      const moved = (at[i] as number) + (signs[i] as number) * (sizes[i] as number);
      at[i] = Math.min(Math.max(moved, limits[0]), limits[1]);
    }
    last = signs;
  }
  return at;
}
