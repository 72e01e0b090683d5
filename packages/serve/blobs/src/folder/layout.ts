import { randomBytes } from 'node:crypto';

/**
 * Names of files in a folder of blobs. A key `a/b` has a record `a/b@blob.json` and content `a/b@<16 hex>`.
 * `@` and `+` are in no key: so key `a` is not in the way of key `a/b`, and nothing else looks like a blob.
 */
const RECORD = '@blob.json';
/** File systems take names of 255 bytes; with room for a suffix and that of a temporary file. */
const LONGEST_NAME = 150;

const longName = new RegExp(`.{1,${LONGEST_NAME}}`, 'g');

/** The file of a key without suffix, with `/` between: a part too long for a name becomes folders `…+`. */
export const stemOf = (key: string): string =>
  key
    .split('/')
    .map((part) => (part.match(longName) ?? []).join('+/'))
    .join('/');

export const recordOf = (stem: string): string => `${stem}${RECORD}`;
export const contentOf = (stem: string, id: string): string => `${stem}@${id}`;
/** No two contents share a name, so that one writer never removes what another has just written. */
export const newContentId = (): string => randomBytes(8).toString('hex');

/** The key whose record a file is; null where it is none. */
export const keyOfRecord = (path: string): string | null =>
  path.endsWith(RECORD) ? path.slice(0, -RECORD.length).replaceAll('+/', '') : null;
