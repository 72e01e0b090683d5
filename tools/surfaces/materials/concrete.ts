import type { Random } from '@espalier/base/random';
import { paint, type Canvas } from '../canvas.js';
import { between, createNoise, layered } from '../noise.js';

/** Cloudy grey with grains of sand. */
export function paintConcrete(canvas: Canvas, random: Random): void {
  const clouds = layered(createNoise(random), 5, 0.6);
  const grains = createNoise(random);
  const tone = between(random, 110, 175);
  const warmth = between(random, -0.03, 0.08);
  const roughness = between(random, 0.06, 0.12);
  paint(canvas, (u, v) => {
    const value = tone * (1 + 0.22 * clouds(u * 4, v * 4) + roughness * grains(u * 48, v * 48));
    return [value * (1 + warmth), value, value * (1 - warmth)];
  });
}
