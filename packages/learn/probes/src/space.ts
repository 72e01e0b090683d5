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
  inner(a: Point, b: Point): Float64Array;
  scaled(a: Point, factors: Float64Array): Point;
  /** a + factors * b */
  plus(a: Point, b: Point, factors: Float64Array): Point;
  minus(a: Point, b: Point): Point;
}

export function createSpace(shape: Shape): Space {
  const { rows, fits, classes } = shape;
  const size = rows * fits * classes;
  const zero = (): Point => ({
    shape,
    coefficients: new Float32Array(size),
    scores: new Float32Array(size),
    bias: new Float64Array(fits * classes),
  });
  const plus = (a: Point, b: Point, factors: Float64Array): Point => {
    const result = zero();
    for (let at = 0, row = 0; row < rows; row++) {
      for (let fit = 0; fit < fits; fit++) {
        const factor = factors[fit] as number;
        for (let c = 0; c < classes; c++, at++) {
          result.coefficients[at] = (a.coefficients[at] as number) + factor * (b.coefficients[at] as number);
          result.scores[at] = (a.scores[at] as number) + factor * (b.scores[at] as number);
        }
      }
    }
    for (let i = 0; i < fits * classes; i++) {
      const factor = factors[Math.floor(i / classes)] as number;
      result.bias[i] = (a.bias[i] as number) + factor * (b.bias[i] as number);
    }
    return result;
  };
  const ones = new Float64Array(fits).fill(1);
  const nothing = zero();
  return {
    zero,
    plus,
    scaled: (a, factors) => plus(nothing, a, factors),
    minus: (a, b) =>
      plus(
        a,
        b,
        ones.map((one) => -one),
      ),
    inner: (a, b) => {
      const sums = new Float64Array(fits);
      for (let at = 0, row = 0; row < rows; row++) {
        for (let fit = 0; fit < fits; fit++) {
          let sum = 0;
          for (let c = 0; c < classes; c++, at++)
            sum += (a.coefficients[at] as number) * (b.scores[at] as number);
          sums[fit] = (sums[fit] as number) + sum;
        }
      }
      for (let i = 0; i < fits * classes; i++) {
        const fit = Math.floor(i / classes);
        sums[fit] = (sums[fit] as number) + (a.bias[i] as number) * (b.bias[i] as number);
      }
      return sums;
    },
  };
}
