import { readFile, realpath } from 'node:fs/promises';
import { basename, isAbsolute, relative, sep } from 'node:path';
import { DatasetError } from '../errors.js';
import { decodeText, type Decoded } from './encoding.js';

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

export { isMediaPath } from './folders/mediaNames.js';

/** A file's text, and what had to be assumed to read it. */
export interface ReadText {
  readonly text: string;
  readonly notes: readonly string[];
}

/**
 * Reads a text file, in whatever encoding.
 *
 * @throws DatasetError where the file is not text, or is in several encodings
 */
export async function readText(path: string): Promise<ReadText> {
  const decoded = textOrThrow(path, decodeText(await readFile(path)));
  return { text: decoded.text, notes: encodingNotes([decoded.encoding], basename(path)) };
}

/** @throws DatasetError where the bytes of a file are no text */
export function textOrThrow(path: string, decoded: Decoded): Extract<Decoded, { kind: 'text' }> {
  switch (decoded.kind) {
    case 'text':
      return decoded;
    case 'mixed':
      throw new DatasetError(
        `${path}, line ${decoded.line}: the line holds bytes that are not UTF-8, and the rest of the file is; save all of it as UTF-8.`,
      );
    case 'binary':
      throw new DatasetError(
        `${path} is ${decoded.what === null ? 'not UTF-8 text' : `${decoded.what} and not text`}; save it as UTF-8 text.`,
      );
  }
}

/** Says which encodings were guessed; null is Unicode, which is not guessed. */
export function encodingNotes(encodings: readonly (string | null)[], what: string): string[] {
  const guessed = [...new Set(encodings.filter((encoding) => encoding !== null))];
  return guessed.map(
    (encoding) =>
      `Read ${what} as ${encoding}, which is a guess, since it is not UTF-8; save it as UTF-8 if letters look wrong.`,
  );
}
