import { readFile, realpath } from 'node:fs/promises';
import type { Modality } from '@espalier/transfer';
import { extname, isAbsolute, relative, sep } from 'node:path';
import { DatasetError } from '../errors.js';

const imageExtensions: ReadonlySet<string> = new Set([
  '.jpg',
  '.jpeg',
  '.jfif',
  '.png',
  '.webp',
  '.gif',
  '.tif',
  '.tiff',
  '.avif',
  '.bmp',
  '.dib',
  // Not read, and refused by name: what telephones write is not to be passed over.
  '.heic',
  '.heif',
]);

const audioExtensions: ReadonlySet<string> = new Set([
  '.wav',
  '.wave',
  '.flac',
  '.mp3',
  '.ogg',
  '.oga',
  '.opus',
]);

const textExtensions: ReadonlySet<string> = new Set(['.txt']);

const extensions = {
  image: imageExtensions,
  audio: audioExtensions,
  text: textExtensions,
} as const satisfies Record<Modality, ReadonlySet<string>>;

/** Whether a file's name says that it holds one example of a modality. */
export const isMediaPath = (modality: Modality, path: string): boolean =>
  extensions[modality].has(extname(path).toLowerCase());

/** The path of `path` inside `root`, with forward slashes; undefined where it lies outside. */
export function pathInside(root: string, path: string): string | undefined {
  const inner = relative(root, path);
  const outside = inner === '' || inner === '..' || inner.startsWith(`..${sep}`);
  if (outside || isAbsolute(inner)) return undefined;
  return inner.split(sep).join('/');
}

/** Whether `path`, its links followed, lies inside `realRoot` (itself free of links). */
export async function linksInside(realRoot: string, path: string): Promise<boolean> {
  return pathInside(realRoot, await realpath(path)) !== undefined;
}

/**
 * Reads UTF-8 (with or without a byte order mark) or UTF-16 with one, as spreadsheets write.
 * @throws DatasetError where the file is not text.
 */
export async function readText(path: string): Promise<string> {
  const bytes = await readFile(path);
  const encoding = bytes[0] === 0xff && bytes[1] === 0xfe ? 'utf-16le' : 'utf-8';
  try {
    return new TextDecoder(encoding, { fatal: true }).decode(bytes);
  } catch {
    throw new DatasetError(`${path} is not UTF-8 text; save it as UTF-8.`);
  }
}
