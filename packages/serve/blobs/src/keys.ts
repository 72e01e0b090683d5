import { BlobError } from './errors.js';

/** Characters of a whole key. */
const LONGEST = 512;

const part = /^[A-Za-z0-9._-]+$/;
const isPart = (text: string): boolean => part.test(text) && text !== '.' && text !== '..';

/** Whether a key may be used: see `checkKey`. */
export const isKey = (key: string): boolean => key.length <= LONGEST && key.split('/').every(isPart);

/**
 * Checks a key: parts of `[A-Za-z0-9._-]` with `/` between them, none empty, `.` or `..`, and at most
 * 512 characters in all. Such a key is no way out of a folder or a prefix.
 *
 * @throws BlobError (`key`)
 */
export function checkKey(key: string): void {
  if (typeof key === 'string' && isKey(key)) return;
  throw new BlobError(
    'key',
    `${shown(key)} is not a valid key; use parts of letters, digits, ".", "_" and "-" with "/" between them ` +
      `(none empty, "." or ".."), ${LONGEST} characters at most`,
  );
}

/** Checks the beginning of keys: empty, or a key that may break off anywhere. @throws BlobError (`key`) */
export function checkPrefix(prefix: string): void {
  // A beginning is one where something can follow that makes it a key.
  if (typeof prefix === 'string' && (prefix === '' || isKey(prefix) || isKey(`${prefix}a`))) return;
  throw new BlobError(
    'key',
    `${shown(prefix)} is not a valid key prefix; give "", or the first characters of a key`,
  );
}

const shown = (key: unknown): string =>
  typeof key === 'string' ? JSON.stringify(key.length > 80 ? `${key.slice(0, 80)}…` : key) : typeof key;
