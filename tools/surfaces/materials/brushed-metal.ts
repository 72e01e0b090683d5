import type { Random } from '@espalier/base/random';
import { paint, type Canvas } from '../canvas.js';
import { between, createNoise } from '../noise.js';

/** Fine parallel lines at a slight angle, on steel to brass. */
export function paintBrushedMetal(canvas: Canvas, random: Random): void {
  const noise = createNoise(random);
  const slope = between(random, -0.08, 0.08);
  const tone = between(random, 115, 175);
  const warmth = between(random, -0.06, 0.14);
  const depth = between(random, 0.06, 0.16);
  paint(canvas, (u, v) => {
    const across = v + slope * u;
    const lines = noise(u * 3, across * 60) + 0.6 * noise(u * 6 + 9, across * 130);
    const value = tone * (1 + depth * lines + 0.05 * noise(u * 2, v * 2));
    return [value * (1 + warmth), value, value * (1 - warmth)];
  });
}
