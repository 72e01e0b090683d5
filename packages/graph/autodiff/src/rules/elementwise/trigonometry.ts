import type { Rule } from '../rule.js';

export const sin: Rule = (c) => c.mul(c.dy, c.cos(c.x));

export const cos: Rule = (c) => c.neg(c.mul(c.dy, c.sin(c.x)));

/** y' = 1 + y². */
export const tan: Rule = (c) => c.mul(c.dy, c.add(1, c.square(c.y)));

/** y' = 1 / √(1 - x²). */
export const asin: Rule = (c) => c.safeDivide(c.dy, c.sqrt(c.sub(1, c.square(c.x))));

/** y' = -1 / √(1 - x²). */
export const acos: Rule = (c) => c.neg(c.safeDivide(c.dy, c.sqrt(c.sub(1, c.square(c.x)))));

/** y' = 1 / (1 + x²). */
export const atan: Rule = (c) => c.div(c.dy, c.add(1, c.square(c.x)));

export const sinh: Rule = (c) => c.mul(c.dy, c.cosh(c.x));

export const cosh: Rule = (c) => c.mul(c.dy, c.sinh(c.x));

/** y' = 1 / √(1 + x²). */
export const asinh: Rule = (c) => c.div(c.dy, c.sqrt(c.add(1, c.square(c.x))));

/** y' = 1 / √(x² - 1). */
export const acosh: Rule = (c) => c.safeDivide(c.dy, c.sqrt(c.sub(c.square(c.x), 1)));

/** y' = 1 / (1 - x²). */
export const atanh: Rule = (c) => c.safeDivide(c.dy, c.sub(1, c.square(c.x)));
