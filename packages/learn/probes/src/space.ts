export interface Shape {
  readonly rows: number;
  readonly fits: number;
  readonly classes: number;
}

/**
 * A point of every fit at once: coefficients A and their scores K A, both [rows, fits, classes], and
 * intercepts [fits, classes].
 */
export interface Point {
  readonly shape: Shape;
  readonly coefficients: Float32Array;
  readonly scores: Float32Array;
  readonly bias: Float64Array;
}

/** Arithmetic of points, fit by fit, in the inner product (A, b) . (A', b') = Aᵀ K A' + b . b'. */
export interface Space {
  zero(): Point;
  copy(a: Point): Point;
  inner(a: Point, b: Point): Float64Array;
  /** a + factors * b; written into `into` where that is given, which may be `a` or `b`. */
  plus(a: Point, b: Point, factors: Float64Array, into?: Point): Point;
  /** factors * a; written into `into` where that is given, which may be `a`. */
  scaled(a: Point, factors: Float64Array, into?: Point): Point;
  minus(a: Point, b: Point): Point;
}

export function createSpace(shape: Shape): Space {
  const { rows, fits, classes } = shape;
  const columns = fits * classes;
  const zero = (): Point => ({
    shape,
    coefficients: new Float32Array(rows * columns),
    scores: new Float32Array(rows * columns),
    bias: new Float64Array(columns),
  });
  /** A factor of each fit for each of its classes. */
  const spread = (factors: Float64Array): Float64Array => {
    const all = new Float64Array(columns);
    for (let fit = 0; fit < fits; fit++) all.fill(factors[fit] as number, fit * classes, (fit + 1) * classes);
    return all;
  };
  const plus = (a: Point, b: Point, factors: Float64Array, into = zero()): Point => {
    const own = spread(factors);
    addRows(a.coefficients, b.coefficients, own, into.coefficients);
    addRows(a.scores, b.scores, own, into.scores);
    for (let i = 0; i < columns; i++) {
      into.bias[i] = (a.bias[i] as number) + (own[i] as number) * (b.bias[i] as number);
    }
    return into;
  };
  const back = new Float64Array(fits).fill(-1);
  const nothing = zero();
  return {
    zero,
    copy: ({ coefficients, scores, bias }) => ({
      shape,
      coefficients: coefficients.slice(),
      scores: scores.slice(),
      bias: bias.slice(),
    }),
    plus,
    scaled: (a, factors, into) => plus(nothing, a, factors, into),
    minus: (a, b) => plus(a, b, back),
    inner: (a, b) => {
      const sums = innerOfRows(a.coefficients, b.scores, shape);
      for (let i = 0; i < columns; i++) {
        const fit = Math.floor(i / classes);
        sums[fit] = (sums[fit] as number) + (a.bias[i] as number) * (b.bias[i] as number);
      }
      return sums;
    },
  };
}

// Half of the time of a small study is spent in these two: arrays that are no fields of an object are fast.

/** a + factors * b of each row */
function addRows(a: Float32Array, b: Float32Array, factors: Float64Array, into: Float32Array): void {
  for (let at = 0; at < into.length;) {
    for (let i = 0; i < factors.length; i++, at++) {
      into[at] = (a[at] as number) + (factors[i] as number) * (b[at] as number);
    }
  }
}

/** a . b of each fit */
function innerOfRows(a: Float32Array, b: Float32Array, { rows, fits, classes }: Shape): Float64Array {
  const sums = new Float64Array(fits);
  for (let at = 0, row = 0; row < rows; row++) {
    for (let fit = 0; fit < fits; fit++) {
      let sum = 0;
      for (const end = at + classes; at < end; at++) sum += (a[at] as number) * (b[at] as number);
      sums[fit] = (sums[fit] as number) + sum;
    }
  }
  return sums;
}
