import type { Random } from '@espalier/base/random';
import { shade, type Canvas } from './canvas.js';
import { between } from './noise.js';

/** Light from a side that falls off, darker corners, the camera's exposure and grain. */
export function lightAndPhotograph(canvas: Canvas, random: Random): void {
  const angle = between(random, 0, 2 * Math.PI);
  const fall = between(random, 0.05, 0.35);
  const vignette = between(random, 0, 0.3);
  const exposure = between(random, 0.75, 1.2);
  const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
  shade(canvas, (u, v) => {
    const [x, y] = [u - 0.5, v - 0.5];
    return exposure * (1 + fall * (x * cos + y * sin)) * (1 - vignette * (x * x + y * y));
  });
  const grain = between(random, 2, 6);
  for (let i = 0; i < canvas.data.length; i++) {
    canvas.data[i] = (canvas.data[i] as number) + grain * random.normal();
  }
}
