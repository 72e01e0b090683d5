import type { Random } from '@espalier/base/random';
import type { Canvas } from '../canvas.js';
import { layDust } from './dust.js';

/** No defect, but the dust that any surface has. */
export function drawSound(canvas: Canvas, random: Random): void {
  layDust(canvas, random);
}
