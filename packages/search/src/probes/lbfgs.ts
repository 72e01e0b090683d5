export interface Objective {
  readonly value: number;
  readonly gradient: Float64Array;
}

const MEMORY = 8;
/** Sufficient decrease (Nocedal & Wright, equation 3.4). */
const ARMIJO = 1e-4;
const MOST_HALVINGS = 20;

/**
 * Minimises a smooth function by limited-memory BFGS with a backtracking line search (Nocedal & Wright,
 * Numerical Optimization, 2006, algorithms 7.4 and 7.5).
 *
 * @returns the point reached, after at most `iterations` or when the gradient is small
 */
export function minimise(
  objective: (point: Float64Array) => Objective,
  start: Float64Array,
  { iterations = 60, tolerance = 1e-5 } = {},
): Float64Array {
  let point = start;
  let current = objective(point);
  const steps: { readonly s: Float64Array; readonly y: Float64Array; readonly rho: number }[] = [];
  for (let i = 0; i < iterations; i++) {
    if (Math.sqrt(dot(current.gradient, current.gradient)) < tolerance) break;
    const direction = descent(current.gradient, steps);
    const slope = dot(direction, current.gradient);
    let length = steps.length === 0 ? 1 / Math.max(1, Math.sqrt(dot(direction, direction))) : 1;
    let next = point;
    let reached = current;
    for (let halving = 0; halving < MOST_HALVINGS; halving++, length /= 2) {
      next = point.map((value, k) => value + length * (direction[k] as number));
      reached = objective(next);
      if (reached.value <= current.value + ARMIJO * length * slope) break;
    }
    if (!(reached.value < current.value)) break;
    const s = next.map((value, k) => value - (point[k] as number));
    const y = reached.gradient.map((value, k) => value - (current.gradient[k] as number));
    const curvature = dot(s, y);
    if (curvature > 1e-12) steps.push({ s, y, rho: 1 / curvature });
    if (steps.length > MEMORY) steps.shift();
    [point, current] = [next, reached];
  }
  return point;
}

/** The two-loop recursion: minus the approximate inverse Hessian times the gradient. */
function descent(
  gradient: Float64Array,
  steps: readonly { readonly s: Float64Array; readonly y: Float64Array; readonly rho: number }[],
): Float64Array {
  const q = gradient.slice();
  const alphas = steps.toReversed().map(({ s, y, rho }) => {
    const alpha = rho * dot(s, q);
    y.forEach((value, k) => (q[k] = (q[k] as number) - alpha * value));
    return alpha;
  });
  const last = steps.at(-1);
  const scale = last === undefined ? 1 : dot(last.s, last.y) / dot(last.y, last.y);
  q.forEach((value, k) => (q[k] = scale * value));
  steps.forEach(({ s, y, rho }, i) => {
    const beta = rho * dot(y, q);
    const alpha = alphas[steps.length - 1 - i] as number;
    s.forEach((value, k) => (q[k] = (q[k] as number) + (alpha - beta) * value));
  });
  return q.map((value) => -value);
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += (a[i] as number) * (b[i] as number);
  return sum;
}
