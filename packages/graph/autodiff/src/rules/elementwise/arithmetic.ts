import type { Formula, Rule, RuleContext } from '../rule.js';

export const add: Rule = { each: (c) => c.dy };

export const mean: Rule = { each: (c) => c.mul(c.dy, 1 / c.node.inputs.length) };

export const sub: Rule = [(c) => c.dy, (c) => c.neg(c.dy)];

export const mul: Rule = [(c) => c.mul(c.dy, c.b), (c) => c.mul(c.dy, c.a)];

/**
 * d(a/b) = da / b - a/b db / b. A divisor of 0 counts as 1, and so its gradient is 0 where nothing reads the
 * quotient, as behind a Where.
 */
export const div: Rule = [
  (c) => c.div(c.dy, divisor(c)),
  (c) => c.neg(c.div(c.mul(c.div(c.dy, divisor(c)), c.a), divisor(c))),
];

function divisor(c: RuleContext): string {
  const values = c.known(1)?.data;
  const safe = values !== undefined && values.length > 0 && !values.some((value) => Number(value) === 0);
  return safe ? c.b : c.add(c.b, c.isZero(c.b));
}

/** y = 1/x, y' = -1/x²; 0 at 0. */
export const reciprocal: Rule = (c) => c.neg(c.safeDivide(c.safeDivide(c.dy, c.x), c.x));

export const neg: Rule = (c) => c.neg(c.dy);

export const abs: Rule = (c) => c.mul(c.dy, c.sign(c.x));

/** Identity, Cast and CastLike, whose second input gives a type alone. */
export const identity: Formula = (c) => c.dy;
