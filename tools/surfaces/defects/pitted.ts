import type { Random } from '@espalier/base/random';
import { shade, smoothstep, type Canvas } from '../canvas.js';
import { between } from '../noise.js';
import { layDust } from './dust.js';

/** Several small holes near one another: dark, with a rim that catches the light. */
export function drawPitted(canvas: Canvas, random: Random): void {
  layDust(canvas, random);
  const centre = { u: between(random, 0.3, 0.7), v: between(random, 0.3, 0.7) };
  const count = 3 + random.integer(6);
  const pits = Array.from({ length: count }, () => ({
    u: centre.u + 0.13 * random.normal(),
    v: centre.v + 0.13 * random.normal(),
    radius: between(random, 0.012, 0.03),
    depth: between(random, 0.25, 0.5),
  }));
  shade(canvas, (u, v) => {
    let factor = 1;
    for (const { u: x, v: y, radius, depth } of pits) {
      const distance = Math.hypot(u - x, v - y) / radius;
      if (distance > 2) continue;
      // Light comes from above: the lower inner wall and the lower rim are the bright ones.
      const lower = (v - y) / radius;
      const rim = smoothstep(0.6, 1, distance) * smoothstep(1.6, 1, distance);
      factor *= 1 - depth * smoothstep(1.1, 0.6, distance) + 0.25 * depth * rim * lower;
    }
    return factor;
  });
}
