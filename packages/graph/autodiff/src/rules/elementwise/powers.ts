import type { Rule, RuleContext } from '../rule.js';

/** The largest float32. */
const LARGEST = 3.4028234663852886e38;

/** Not beyond the largest number, so that what overflowed and is not read counts 0, and not 0 times infinity. */
export const exp: Rule = (c) => c.mul(c.dy, c.min(c.y, LARGEST));

/** 0 at 0, where the logarithm has no slope. */
export const log: Rule = (c) => c.safeDivide(c.dy, c.x);

/** 0 at 0, where the root has no slope: so a norm that is written out has none at a vector of zeros. */
export const sqrt: Rule = (c) => c.safeDivide(c.mul(c.dy, 0.5), c.y);

/** d(a^p) = p a^(p-1) da + ln(a) a^p dp; at a base of 0 a slope that is not finite counts as 0. */
export const pow: Rule = [
  (c) => c.mul(c.dy, c.mul(c.b, c.pow(finiteBase(c), c.sub(c.b, 1)))),
  (c) => c.mul(c.dy, c.mul(c.y, c.log(c.add(c.a, c.isZero(c.a))))),
];

/** The base; infinity, whose negative powers are 0, where it is 0 and the exponent is below 1, as in a root. */
function finiteBase(c: RuleContext): string {
  const exponents = c.known(1)?.data;
  if (exponents !== undefined && exponents.every((value) => Number(value) >= 1)) return c.a;
  const dims = c.dims(c.y);
  const endless = c.emit('And', [c.test('Equal', c.a, 0), c.test('Less', c.b, 1)], dims);
  return c.emit('Where', [endless, c.scalar(Infinity), c.a], dims);
}

/** d erf(x) = 2/√π exp(-x²). */
export const erf: Rule = (c) => c.mul(c.dy, c.mul(c.exp(c.neg(c.square(c.x))), 2 / Math.sqrt(Math.PI)));
