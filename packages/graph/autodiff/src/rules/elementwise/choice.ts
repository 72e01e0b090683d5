import type { Rule, RuleContext } from '../rule.js';

/** Max and Min: the gradient goes to the input that equals the result; the first of equal ones takes it. */
export const extremum: Rule = {
  each: (c, index) => c.mul(left(c, index), c.isEqual(c.input(index), c.y)),
};

/** The part of dy that the inputs before one have not taken. */
function left(c: RuleContext, index: number): string {
  if (index === 0) return c.dy;
  const before = left(c, index - 1);
  return c.sub(before, c.mul(before, c.isEqual(c.input(index - 1), c.y)));
}

export const where: Rule = [
  null,
  (c) => c.mul(c.dy, c.asNumber(c.input(0))),
  (c) => c.mul(c.dy, c.sub(1, c.asNumber(c.input(0)))),
];
