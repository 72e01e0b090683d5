import type { Random } from '@espalier/base/random';
import { shade, smoothstep, type Canvas, type Point } from '../canvas.js';
import { between } from '../noise.js';
import { layDust } from './dust.js';

/** One or two thin bent grooves: dark on one flank, bright on the other. */
export function drawScratch(canvas: Canvas, random: Random): void {
  layDust(canvas, random);
  const count = random.uniform() < 0.7 ? 1 : 2;
  for (let i = 0; i < count; i++) drawGroove(canvas, random);
}

function drawGroove(canvas: Canvas, random: Random): void {
  const middle: Point = { u: between(random, 0.25, 0.75), v: between(random, 0.25, 0.75) };
  const angle = between(random, 0, Math.PI);
  const half = between(random, 0.14, 0.32);
  const bend = between(random, -0.5, 0.5);
  const width = between(random, 0.007, 0.013);
  const depth = between(random, 0.22, 0.4);
  const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
  shade(canvas, (u, v) => {
    const along = (u - middle.u) * cos + (v - middle.v) * sin;
    const across = (v - middle.v) * cos - (u - middle.u) * sin - bend * along ** 2;
    const ends = smoothstep(half, half * 0.7, Math.abs(along));
    const dark = smoothstep(width, 0, Math.abs(across));
    const bright = smoothstep(width, 0, Math.abs(across - 1.5 * width));
    return 1 + ends * depth * (0.6 * bright - dark);
  });
}
