import type { Random } from '@espalier/base/random';
import { smoothstep, tint, type Canvas, type Colour } from '../canvas.js';
import { between, createNoise, layered } from '../noise.js';
import { layDust } from './dust.js';

const liquids: readonly Colour[] = [
  [0.8, 0.7, 0.55],
  [0.7, 0.72, 0.75],
  [0.78, 0.62, 0.58],
  [0.85, 0.82, 0.6],
];

/** One soft patch of another tint, with an uneven border that is a little darker. */
export function drawStained(canvas: Canvas, random: Random): void {
  layDust(canvas, random);
  const colour = random.pick(liquids);
  const outline = layered(createNoise(random), 3);
  const centre = { u: between(random, 0.3, 0.7), v: between(random, 0.3, 0.7) };
  const radius = between(random, 0.11, 0.24);
  const strength = between(random, 0.45, 0.8);
  tint(canvas, colour, (u, v) => {
    const distance = Math.hypot(u - centre.u, v - centre.v) / radius;
    const edge = distance + 0.45 * outline(u * 6, v * 6);
    const border = smoothstep(0.7, 0.95, edge) * smoothstep(1.1, 0.95, edge);
    return strength * (0.75 * smoothstep(1.1, 0.9, edge) + 0.35 * border);
  });
}
