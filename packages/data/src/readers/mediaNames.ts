import type { Modality } from '@espalier/transfer';

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
  extensions[modality].has(endingOf(path));

/** The ending of a file's name with its dot, in small letters; empty where it has none, as `.hidden`. */
export function endingOf(path: string): string {
  const name = path.slice(Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\')) + 1);
  const dot = name.lastIndexOf('.');
  return dot <= 0 ? '' : name.slice(dot).toLowerCase();
}
