import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import sharp, { type Region } from 'sharp';
import type { Item, Source } from '../item.js';

/** Narrower cells are cut off at the picture's edge. */
const LEAST_PIXELS = 24;

/** Blood cells cut out of their pictures; a picture is a group. */
export const bloodCells: Source = async ({ shared }) => {
  const root = join(shared, 'data/bccd/BCCD');
  const names = (await readdir(join(root, 'Annotations'))).sort();
  const items: Item[] = [];
  for (const name of names) {
    const picture = name.replace(/\.xml$/, '');
    const { data, info } = await sharp(join(root, `JPEGImages/${picture}.jpg`))
      .raw()
      .toBuffer({ resolveWithObject: true });
    const annotation = await readFile(join(root, 'Annotations', name), 'utf8');
    for (const [i, object] of [...annotation.matchAll(/<object>.*?<\/object>/gs)].entries()) {
      const box = boxOf(object[0], info.width, info.height);
      if (box.width < LEAST_PIXELS || box.height < LEAST_PIXELS) continue;
      const { width, height, channels } = info;
      const bytes = await sharp(data, { raw: { width, height, channels } }).extract(box).png().toBuffer();
      const label = /<name>(.*?)<\/name>/.exec(object[0])?.[1] as string;
      items.push({ name: `${picture}_${i}.png`, label, group: picture, content: { kind: 'bytes', bytes } });
    }
  }
  return items;
};

function boxOf(object: string, columns: number, rows: number): Region {
  const at = (side: string): number => Number(new RegExp(`<${side}>(\\d+)</${side}>`).exec(object)?.[1]);
  const [left, top] = [Math.max(0, at('xmin')), Math.max(0, at('ymin'))];
  const [right, bottom] = [Math.min(columns, at('xmax')), Math.min(rows, at('ymax'))];
  return { left, top, width: right - left, height: bottom - top };
}
