import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { createRandom } from '@espalier/base/random';
import sharp from 'sharp';

const kinds = ['stripes', 'spots', 'plain'] as const;

/** Pictures of three kinds that a small network can tell apart, but not at once. */
export async function writePictures(folder: string, perClass: number, size = 32): Promise<void> {
  for (const kind of kinds) {
    await mkdir(join(folder, kind), { recursive: true });
    for (let i = 0; i < perClass; i++) {
      const random = createRandom('picture', kind, i);
      const period = 3 + random.integer(4);
      const base = 60 + random.integer(120);
      const data = Uint8Array.from({ length: size * size * 3 }, (_, at) => {
        const [x, y] = [Math.floor(at / 3) % size, Math.floor(at / 3 / size)];
        const mark =
          kind === 'stripes'
            ? (x + y) % period < period / 2
            : kind === 'spots' && x % period < 2 && y % period < 2;
        return Math.min(255, base + (mark ? 50 : 0) + 30 * random.uniform());
      });
      const picture = sharp(data, { raw: { width: size, height: size, channels: 3 } });
      await picture.png().toFile(join(folder, kind, `${i}.png`));
    }
  }
}

/** A picture of noise over coloured areas; no two are alike. */
export async function writeNoisyPicture(path: string, seed: number): Promise<void> {
  const random = createRandom(seed, 'noisy picture');
  const [width, height] = [96, 80];
  const base = [random.integer(256), random.integer(256), random.integer(256)];
  const data = Uint8Array.from({ length: width * height * 3 }, (_, i) => {
    const column = Math.floor(i / 3) % width;
    const side = column * 2 < width ? 1 : 0.4;
    return Math.max(0, Math.min(255, (base[i % 3] as number) * side + 40 * random.normal()));
  });
  await sharp(data, { raw: { width, height, channels: 3 } })
    .png()
    .toFile(path);
}
