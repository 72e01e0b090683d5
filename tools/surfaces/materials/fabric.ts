import type { Random } from '@espalier/base/random';
import { paint, type Canvas, type Colour } from '../canvas.js';
import { between, createNoise, layered } from '../noise.js';

const dyes: readonly Colour[] = [
  [95, 115, 150],
  [150, 140, 125],
  [125, 90, 85],
  [100, 125, 100],
];

/** A plain weave: threads over and under, a little uneven. */
export function paintFabric(canvas: Canvas, random: Random): void {
  const dye = random.pick(dyes);
  const threads = Math.round(between(random, 18, 28));
  const wobble = createNoise(random);
  const folds = layered(createNoise(random), 2);
  paint(canvas, (u, v) => {
    const x = (u + 0.006 * wobble(u * 5, v * 20)) * threads;
    const y = (v + 0.006 * wobble(u * 20 + 7, v * 5)) * threads;
    const warp = Math.sin(Math.PI * x) ** 2;
    const weft = Math.sin(Math.PI * y) ** 2;
    const over = (Math.floor(x) + Math.floor(y)) % 2 === 0;
    const height = over ? warp * (0.7 + 0.3 * weft) : weft * (0.7 + 0.3 * warp);
    const light = 0.84 + 0.3 * height + 0.1 * folds(u * 3, v * 3) + 0.05 * wobble(x * 0.9, y * 0.9);
    return [dye[0] * light, dye[1] * light, dye[2] * light];
  });
}
