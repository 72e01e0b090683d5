import { DatasetsError } from '../errors.js';

const LONGEST_PART = 255;
const LONGEST_PATH = 1024;
const DEEPEST = 16;

/** Characters that no path may have; Windows gives more of them a meaning. */
const forbidden = process.platform === 'win32' ? /[\\:*?"<>|\u0000-\u001f\u007f]/ : /[\\\u0000-\u001f\u007f]/;
/** Windows gives these to devices, whatever follows a dot. */
const device = /^(con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³])(\.|$)/i;

/**
 * The parts of an entry's path, where it stays inside the folder that it is unpacked into, on any system.
 *
 * @throws DatasetsError (`archive`)
 */
export function entryParts(name: string): readonly string[] {
  const parts = name.replace(/\/$/, '').split('/');
  const reason = refusal(name, parts);
  if (reason === null) return parts;
  throw new DatasetsError('archive', `the zip contains ${shown(name)}, ${reason}; create the zip without it`);
}

function refusal(name: string, parts: readonly string[]): string | null {
  if (name.startsWith('/') || /^[a-z]:/i.test(name)) return 'an absolute path';
  if (forbidden.test(name)) return 'a name with characters that are not allowed in paths';
  if (parts.includes('..')) return 'a path that leads out of the zip';
  if (parts.some((part) => part === '' || part === '.')) return 'a path with an empty component';
  if (parts.some((part) => device.test(part))) return 'a reserved device name';
  // Windows drops them, so that two names would be one file.
  if (parts.some((part) => /[. ]$/.test(part))) return 'a name that ends with a dot or a space';
  const long = name.length > LONGEST_PATH || parts.some((part) => Buffer.byteLength(part) > LONGEST_PART);
  if (long) return 'a path that is too long';
  return parts.length > DEEPEST ? `folders more than ${DEEPEST} deep` : null;
}

export const shown = (name: string): string =>
  JSON.stringify(name.length > 80 ? `${name.slice(0, 80)}…` : name);

/** Names that operating systems add to archives. */
export const isClutter = (parts: readonly string[]): boolean =>
  parts.some((part) => part === '__MACOSX' || part.startsWith('.')) ||
  /^(thumbs\.db|desktop\.ini)$/i.test(parts.at(-1) ?? '');
