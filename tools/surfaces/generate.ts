import { join } from 'node:path';
import { writeFileAtomic } from '@espalier/base/files';
import { createRandom } from '@espalier/base/random';
import sharp from 'sharp';
import { createCanvas, type Canvas } from './canvas.js';
import { lightAndPhotograph } from './lighting.js';
import { defects, materials, type SurfaceClass } from './registry.js';

export interface SurfaceOptions {
  /** Becomes a folder of class folders; files of an earlier run are replaced. */
  readonly folder: string;
  readonly perClass?: number;
  readonly seed?: number;
  /** Width and height of a picture, in pixels. */
  readonly size?: number;
}

/**
 * Writes a small dataset of photograph-like surfaces: sound, scratch, pitted and stained, on
 * metal, concrete, wood and fabric in equal shares. Each picture depends on seed, class and
 * number alone, so a larger dataset contains the smaller one.
 */
export async function generateSurfaces(options: SurfaceOptions): Promise<void> {
  const { folder, perClass = 40, seed = 1, size = 96 } = options;
  for (const surfaceClass of Object.keys(defects) as SurfaceClass[]) {
    for (let number = 0; number < perClass; number++) {
      const png = await encode(drawSurface(surfaceClass, number, seed, size));
      const name = `${surfaceClass}-${String(number).padStart(4, '0')}.png`;
      await writeFileAtomic(join(folder, surfaceClass, name), png);
    }
  }
}

/** One picture before it is encoded; materials take turns. */
export function drawSurface(surfaceClass: SurfaceClass, number: number, seed: number, size: number): Canvas {
  const random = createRandom(seed, 'surface', surfaceClass, number);
  const canvas = createCanvas(size);
  const material = materials[number % materials.length] as (typeof materials)[number];
  material(canvas, random);
  defects[surfaceClass](canvas, random);
  lightAndPhotograph(canvas, random);
  return canvas;
}

async function encode({ data, size }: Canvas): Promise<Buffer> {
  const pixels = Uint8ClampedArray.from(data);
  return sharp(pixels, { raw: { width: size, height: size, channels: 3 } })
    .png()
    .toBuffer();
}
