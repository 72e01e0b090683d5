import type { Point, Space } from '../space.js';

/** Steps and changes of the gradient that are remembered. */
const MEMORY = 6;
/** A pair that is flatter says nothing of the curvature. */
const LEAST_CURVATURE = 1e-20;

interface Pair {
  readonly s: Point;
  readonly y: Point;
  /** 1 / (s . y) of each fit; 0 where the pair says nothing. */
  readonly rho: Float64Array;
}

/** What limited-memory BFGS remembers of its way. */
export interface Memory {
  size(): number;
  add(s: Point, y: Point): void;
  /** Minus the approximate inverse Hessian times the gradient: the two-loop recursion. */
  descent(gradient: Point): Point;
}

export function createMemory(space: Space): Memory {
  const pairs: Pair[] = [];
  const times = (a: Float64Array, b: Float64Array): Float64Array =>
    a.map((value, i) => value * (b[i] as number));
  const negative = (a: Float64Array): Float64Array => a.map((value) => -value);
  return {
    size: () => pairs.length,
    add: (s, y) => {
      const curvature = space.inner(s, y);
      pairs.push({ s, y, rho: curvature.map((c) => (c > LEAST_CURVATURE ? 1 / c : 0)) });
      if (pairs.length > MEMORY) pairs.shift();
    },
    descent: (gradient) => {
      const q = space.copy(gradient);
      const alphas = pairs.toReversed().map(({ s, y, rho }) => {
        const alpha = times(rho, space.inner(s, q));
        space.plus(q, y, negative(alpha), q);
        return alpha;
      });
      const last = pairs.at(-1);
      if (last !== undefined) {
        const squares = space.inner(last.y, last.y);
        const scale = squares.map((square, fit) => {
          const rho = last.rho[fit] as number;
          return rho > 0 && square > 0 ? 1 / (rho * square) : 1;
        });
        space.scaled(q, scale, q);
      }
      pairs.forEach(({ s, y, rho }, i) => {
        const beta = times(rho, space.inner(y, q));
        const alpha = alphas[pairs.length - 1 - i] as Float64Array;
        const rest = alpha.map((value, fit) => value - (beta[fit] as number));
        space.plus(q, s, rest, q);
      });
      return space.scaled(q, new Float64Array(gradient.shape.fits).fill(-1), q);
    },
  };
}
