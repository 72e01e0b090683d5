import { readFile } from 'node:fs/promises';
import { createRandom } from '@espalier/base/random';
import sharp, { type Sharp } from 'sharp';
import type { Item, Source } from '../item.js';

/** The longer side that pictures are brought to first, so that a shift is as strong in all of them. */
const SIDE = 256;

/** Pictures of a source, each changed and written as a PNG. */
const changed =
  (change: (picture: Sharp, name: string) => Promise<Sharp> | Sharp) =>
  (source: Source): Source =>
  async (place) =>
    Promise.all((await source(place)).map((item) => changeOne(item, change)));

async function changeOne(
  item: Item,
  change: (picture: Sharp, name: string) => Promise<Sharp> | Sharp,
): Promise<Item> {
  if (item.content.kind !== 'file') return item;
  const bytes = await readFile(item.content.path);
  const small = sharp(bytes).resize(SIDE, SIDE, { fit: 'inside' }).toColourspace('srgb').removeAlpha();
  const made = await (await change(small, item.name)).png().toBuffer();
  return { ...item, name: item.name.replace(/\.\w+$/, '.png'), content: { kind: 'bytes', bytes: made } };
}

/** Out of focus. */
export const blurred = changed((picture) => picture.blur(4));

/** A third of the light. */
export const dark = changed((picture) => picture.linear(0.3, 0));

/** Gaussian noise of a fifth of the range. */
export const noisy = changed(async (picture, name) => {
  const { data, info } = await picture.raw().toBuffer({ resolveWithObject: true });
  const random = createRandom('noise', name);
  const noised = Uint8Array.from(data, (value) =>
    Math.max(0, Math.min(255, Math.round(value + 51 * random.normal()))),
  );
  const { width, height, channels } = info;
  return sharp(noised, { raw: { width, height, channels } });
});
