import type { Rule } from '../rule.js';

/** y' = y - y². */
export const sigmoid: Rule = (c) => c.mul(c.dy, c.sub(c.y, c.square(c.y)));

/** y' = 1 - y². */
export const tanh: Rule = (c) => c.mul(c.dy, c.sub(1, c.square(c.y)));

export const softplus: Rule = (c) => c.mul(c.dy, c.sigmoid(c.x));

/** y' = 1 / (1 + |x|)² = (1 - |y|)². */
export const softsign: Rule = (c) => c.mul(c.dy, c.square(c.sub(1, c.abs(c.y))));
