import type { Modality } from '@espalier/transfer';
import { RequestError } from './errors.js';
import { fileTooLarge, notOfModel, shown } from './refusals.js';
import type { Limits } from './settings.js';

/** The head of a data URL (RFC 2397), as browsers make of a file. */
const dataUrl = /^data:([^,;]{0,200})(?:;[^,;]{0,200}){0,10},/;
const foreign = /[^A-Za-z0-9+/=\r\n]/u;

/**
 * Decodes base64 (RFC 4648, section 4), plain or in a data URL. Lines may be broken as in e-mail.
 *
 * @param id what an error calls it
 * @throws RequestError where it is not base64, is of another medium, or has more bytes than a file may have
 */
export function decodeBase64(
  text: string,
  { id, modality, limits }: { readonly id: string; readonly modality: Modality; readonly limits: Limits },
): Uint8Array {
  const [head = '', medium = ''] = dataUrl.exec(text) ?? [];
  if (head !== '') requireMedium(id, head, medium, modality);
  const written = text.slice(head.length);
  const wrong = foreign.exec(written);
  if (wrong !== null) {
    throw notBase64(id, `it contains '${shown(wrong[0])}' at character ${head.length + wrong.index + 1}`);
  }
  const digits = written.replace(/[\r\n]+/g, '');
  const data = digits.replace(/={1,2}$/, '');
  if (digits.length % 4 !== 0 || data.includes('=')) {
    throw notBase64(id, 'it is truncated, or its padding (=) is incomplete or misplaced');
  }
  if (Math.floor((data.length * 3) / 4) > limits.fileBytes) throw fileTooLarge(id, limits);
  return Buffer.from(data, 'base64');
}

function requireMedium(id: string, head: string, medium: string, modality: Modality): void {
  if (!/;base64,$/i.test(head)) throw notBase64(id, 'its data URL lacks ;base64');
  const kind = medium.toLowerCase();
  if (kind === '' || kind === 'application/octet-stream' || kind.startsWith(`${modality}/`)) return;
  throw notOfModel(`${id} is ${shown(medium)}, which this model does not take`, modality);
}

const notBase64 = (id: string, problem: string): RequestError =>
  new RequestError(400, 'invalid_base64', `${id} is not base64: ${problem}; encode the bytes of the file`);
