import type { Random } from '@espalier/base/random';
import { shade, smoothstep, type Canvas } from '../canvas.js';
import { between } from '../noise.js';

/** A few faint bright specks: they lie on surfaces of every class and tell nothing. */
export function layDust(canvas: Canvas, random: Random): void {
  const specks = Array.from({ length: random.integer(5) }, () => ({
    u: random.uniform(),
    v: random.uniform(),
    radius: between(random, 0.008, 0.016),
    light: between(random, 0.1, 0.25),
  }));
  shade(canvas, (u, v) =>
    specks.reduce(
      (factor, speck) =>
        factor + speck.light * smoothstep(speck.radius, 0, Math.hypot(u - speck.u, v - speck.v)),
      1,
    ),
  );
}
