import { countOf, positionAxes, reducedAxes, withAxes } from '../axes.js';
import type { Rule, RuleContext } from '../rule.js';

/** dy and y with the reduced axes back, of length 1. */
const kept = (
  c: RuleContext,
  axes: readonly number[] = reducedAxes(c),
): { readonly dy: string; readonly y: string } => ({
  dy: withAxes(c, c.dy, axes),
  y: withAxes(c, c.y, axes),
});

const spread = (c: RuleContext, gradient: string): string => c.expand(gradient, c.dims(c.x));

export const reduceSum: Rule = (c) => spread(c, withAxes(c, c.dy, reducedAxes(c)));

const ofMean = (c: RuleContext, axes: readonly number[]): string =>
  spread(c, c.mul(withAxes(c, c.dy, axes), 1 / countOf(c, axes)));

export const reduceMean: Rule = (c) => ofMean(c, reducedAxes(c));

export const globalAveragePool: Rule = (c) => ofMean(c, positionAxes(c));

/** The gradient is shared by all places that hold the extreme value. */
function toExtremes(c: RuleContext, axes: readonly number[]): string {
  const { dy, y } = kept(c, axes);
  const hit = c.isEqual(c.x, y);
  return c.mul(hit, c.div(dy, c.sum(hit, axes, true)));
}

export const reduceExtremum: Rule = (c) => toExtremes(c, reducedAxes(c));

export const globalMaxPool: Rule = (c) => toExtremes(c, positionAxes(c));

/** y = sum |x|, dx = dy sign(x). */
export const reduceL1: Rule = (c) => c.mul(kept(c).dy, c.sign(c.x));

/** y = sqrt(sum x²), dx = x dy / y; 0 for a vector of zeros, as in PyTorch. */
export const reduceL2: Rule = (c) => c.mul(c.x, c.safeDivide(kept(c).dy, kept(c).y));

/** y = log sum x, dx = dy e^-y. */
export const reduceLogSum: Rule = (c) => spread(c, c.mul(kept(c).dy, c.exp(c.neg(kept(c).y))));

/** y = log sum e^x, dx = dy e^(x - y). */
export const reduceLogSumExp: Rule = (c) => c.mul(kept(c).dy, c.exp(c.sub(c.x, kept(c).y)));

/** y = sum x², dx = 2 x dy. */
export const reduceSumSquare: Rule = (c) => c.mul(c.x, c.mul(kept(c).dy, 2));
