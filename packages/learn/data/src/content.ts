import type { Example } from './dataset.js';
import { DatasetError } from './errors.js';

/** The path of an example that is a file. */
export function pathOf({ id, content }: Pick<Example, 'id' | 'content'>): string {
  if (content.kind === 'file') return content.path;
  throw new DatasetError(`${id} is no file on the disk, where one is needed.`);
}

/** The path of an example that is a file, or what it holds. */
export function mediaOf({ id, content }: Pick<Example, 'id' | 'content'>): string | Uint8Array {
  if (content.kind === 'text') throw new DatasetError(`${id} is a text where a file is needed.`);
  return content.kind === 'file' ? content.path : content.bytes;
}

/** The text of an example that is one. */
export function textOf({ id, content }: Pick<Example, 'id' | 'content'>): string {
  if (content.kind === 'text') return content.text;
  throw new DatasetError(`${id} is a file where a text is needed.`);
}
