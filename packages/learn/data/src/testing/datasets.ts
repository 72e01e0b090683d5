import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createRandom } from '@espalier/base/random';
import sharp, { type Sharp } from 'sharp';
import { onTestFinished } from 'vitest';
import { readDataset } from '../reading/read.js';
import type { SplittableExample } from '../dataset.js';

/** A folder with the given files, removed when the test ends. */
export async function folderWith(files: Readonly<Record<string, string | Uint8Array>>): Promise<string> {
  const root = await mkdtemp(join(tmpdir(), 'espalier-data-'));
  onTestFinished(() => rm(root, { recursive: true, force: true }));
  for (const [name, content] of Object.entries(files)) {
    await mkdir(dirname(join(root, name)), { recursive: true });
    await writeFile(join(root, name), content);
  }
  return root;
}

/** A dataset of one file. */
export async function readFileOf(
  name: string,
  content: string | Uint8Array,
  options = {},
): ReturnType<typeof readDataset> {
  return readDataset(join(await folderWith({ [name]: content }), name), options);
}

/** `count` files a class, named `<prefix><class>/0.jpg`; their content is no image. */
export function classFiles(classes: Readonly<Record<string, number>>, prefix = ''): Record<string, string> {
  return Object.fromEntries(
    Object.entries(classes).flatMap(([name, count]) =>
      Array.from({ length: count }, (_, i) => [`${prefix}${name}/${i}.jpg`, `${name} ${i}`]),
    ),
  );
}

/** A picture of smooth random blobs: a different seed is a different scene. */
export function scene(seed: number, width = 160, height = 120): Sharp {
  const random = createRandom(seed, 'scene');
  const small = Uint8Array.from({ length: 8 * 6 * 3 }, () => random.integer(256));
  return sharp(small, { raw: { width: 8, height: 6, channels: 3 } }).resize(width, height, {
    fit: 'fill',
    kernel: 'cubic',
  });
}

/** Interleaved RGB where the pixel (x, y) is `colour(x, y)`. */
export function drawn(
  width: number,
  height: number,
  colour: (x: number, y: number) => readonly [number, number, number],
): Sharp {
  const data = Uint8Array.from({ length: width * height * 3 }, (_, i) => {
    const pixel = Math.floor(i / 3);
    return colour(pixel % width, Math.floor(pixel / width))[i % 3] as number;
  });
  return sharp(data, { raw: { width, height, channels: 3 } });
}

/** Examples of `counts[label]` each, with shuffled ids so that order and label are unrelated. */
export function examplesOf(counts: readonly number[]): SplittableExample[] {
  const labels = counts.flatMap((count, label) => new Array<number>(count).fill(label));
  return createRandom('ids')
    .shuffle(labels)
    .map((label, index) => ({ id: `${String(index).padStart(4, '0')}.jpg`, label }));
}
