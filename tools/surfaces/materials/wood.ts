import type { Random } from '@espalier/base/random';
import { mix, paint, type Canvas, type Colour } from '../canvas.js';
import { between, createNoise, layered } from '../noise.js';

const timbers: readonly (readonly [Colour, Colour])[] = [
  [
    [205, 165, 115],
    [165, 118, 72],
  ],
  [
    [160, 105, 65],
    [115, 70, 42],
  ],
  [
    [215, 190, 150],
    [185, 150, 108],
  ],
];

/** Wavy year rings along the board, with fine fibres. */
export function paintWood(canvas: Canvas, random: Random): void {
  const [early, late] = random.pick(timbers);
  const waves = layered(createNoise(random), 3);
  const fibres = createNoise(random);
  const rings = between(random, 5, 11);
  const bend = between(random, 0.1, 0.3);
  paint(canvas, (u, v) => {
    const ring = (v + bend * waves(u * 1.5, v * 3)) * rings;
    const share = 0.5 + 0.5 * Math.sin(2 * Math.PI * ring);
    const colour = mix(early, late, 0.7 * share ** 2);
    const fibre = 1 + 0.07 * fibres(u * 8, v * 90);
    return [colour[0] * fibre, colour[1] * fibre, colour[2] * fibre];
  });
}
