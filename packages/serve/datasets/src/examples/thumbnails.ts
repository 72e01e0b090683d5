import { readdir, readFile, rm, stat, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import { thumbnailOf } from '@espalier/data';
import { sha256Of, writeFileAtomic } from '@espalier/base/files';

/** Most pixels of a picture's longer side. */
const SIDE = 512;
/** Of all thumbnails that are kept; beyond, those that were not asked for longest go. */
const MOST_BYTES = 2 ** 30;
/** Number of thumbnails made between two checks of the space they take. */
const LOOK_EVERY = 500;

let made = 0;

/** A picture in a file, or inside of a table. */
export type Picture =
  { readonly kind: 'file'; readonly path: string } | { readonly kind: 'bytes'; readonly bytes: Uint8Array };

/**
 * A picture made small, which is kept: the same file of the same size and time, or the same bytes, are not drawn
 * again.
 */
export async function keptThumbnail(picture: Picture, id: string, folder: string): Promise<Uint8Array> {
  const name = await nameOf(picture);
  const place = join(folder, name.slice(0, 2), `${name}.webp`);
  const kept = await readFile(place).catch(() => null);
  if (kept !== null) {
    const now = new Date();
    await utimes(place, now, now).catch(() => undefined);
    return kept;
  }
  const bytes = await thumbnailOf(picture.kind === 'file' ? picture.path : picture.bytes, SIDE, id);
  // One that cannot be kept is drawn again the next time.
  await writeFileAtomic(place, bytes, { private: true }).catch(() => undefined);
  if (made++ % LOOK_EVERY === 0) await sweepThumbnails(folder).catch(() => undefined);
  return bytes;
}

async function nameOf(picture: Picture): Promise<string> {
  if (picture.kind === 'bytes') return sha256Of(picture.bytes, String(SIDE));
  const { size, mtimeMs } = await stat(picture.path);
  return sha256Of(picture.path, String(size), String(mtimeMs), String(SIDE));
}

/** Removes those that were not asked for longest, until all together take no more than they may. */
export async function sweepThumbnails(folder: string, mostBytes: number = MOST_BYTES): Promise<void> {
  const files: { readonly path: string; readonly size: number; readonly used: number }[] = [];
  for (const inner of await readdir(folder)) {
    for (const name of await readdir(join(folder, inner)).catch(() => [])) {
      const path = join(folder, inner, name);
      const found = await stat(path).catch(() => null);
      if (found !== null) files.push({ path, size: found.size, used: found.mtimeMs });
    }
  }
  let total = files.reduce((sum, { size }) => sum + size, 0);
  for (const { path, size } of files.sort((a, b) => a.used - b.used)) {
    if (total <= mostBytes) return;
    await rm(path, { force: true });
    total -= size;
  }
}
