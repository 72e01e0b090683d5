import { analyse } from 'chardet';
import { kindOfBytes } from '@espalier/base/files';

/** What bytes of text say. */
export type Decoded =
  | {
      readonly kind: 'text';
      readonly text: string;
      /** Guessed; null for Unicode. */ readonly encoding: string | null;
    }
  /** UTF-8 with something else in this line, counted from 1. */
  | { readonly kind: 'mixed'; readonly line: number }
  | {
      readonly kind: 'binary';
      /** With its article: "a zip archive"; null where it is not known. */ readonly what: string | null;
    };

/** Bytes that a guess looks at. */
const LOOKED_AT = 65_536;

/**
 * Decodes text: Unicode by its mark, UTF-16 by its zeros, UTF-8, or else one of the encodings of Windows,
 * ISO 8859 and East Asia, which is guessed from how often its letters occur.
 *
 * @param like bytes of texts of the same source, where a text is too short to guess from alone
 */
export function decodeText(bytes: Uint8Array, like: Uint8Array = bytes): Decoded {
  const unicode = unicodeOf(bytes);
  const text = strictly(bytes, unicode ?? 'utf-8');
  if (text !== null && (unicode !== null || !text.includes('\0')))
    return { kind: 'text', text, encoding: null };
  const kind = kindOfBytes(bytes);
  if (kind !== null || bytes.includes(0)) return { kind: 'binary', what: kind?.name ?? null };
  return mostlyUtf8(bytes) ?? guessed(bytes, like);
}

function strictly(bytes: Uint8Array, encoding: string): string | null {
  try {
    return new TextDecoder(encoding, { fatal: true }).decode(bytes);
  } catch {
    return null;
  }
}

function unicodeOf(bytes: Uint8Array): 'utf-16le' | 'utf-16be' | null {
  const [a, b] = bytes;
  if (a === 0xff && b === 0xfe) return 'utf-16le';
  if (a === 0xfe && b === 0xff) return 'utf-16be';
  // Without a mark: most letters of Latin scripts leave every second byte 0.
  const head = bytes.subarray(0, Math.min(bytes.length, 1000) & ~1);
  const zeros = [0, 0];
  for (const [i, byte] of head.entries()) if (byte === 0) zeros[i % 2] = (zeros[i % 2] ?? 0) + 1;
  const [even = 0, odd = 0] = zeros;
  if (odd > head.length / 5 && even === 0) return 'utf-16le';
  return even > head.length / 5 && odd === 0 ? 'utf-16be' : null;
}

/** Where more of the letters beyond ASCII are UTF-8 than are not, a guess would spoil the others. */
function mostlyUtf8(bytes: Uint8Array): Decoded | null {
  const text = new TextDecoder().decode(bytes);
  const spoilt = text.match(/\ufffd/g)?.length ?? 0;
  const whole = text.match(/[\u00a0-\ud7ff\ue000-\ufffc]/g)?.length ?? 0;
  if (whole <= spoilt) return null;
  return { kind: 'mixed', line: text.slice(0, text.indexOf('\ufffd')).split('\n').length };
}

const WESTERN = 'windows-1252';

function guessed(bytes: Uint8Array, like: Uint8Array): Decoded {
  for (const encoding of candidates(like)) {
    const text = tried(bytes, encoding);
    // Controls beyond ASCII are in no text: they are letters of the encoding that Windows has in this place.
    if (text !== null && !/[\u0080-\u009f]/.test(text)) return { kind: 'text', text, encoding };
  }
  return { kind: 'text', text: new TextDecoder(WESTERN).decode(bytes), encoding: WESTERN };
}

/** Guesses within so many points of one another, of 100, are as good. */
const AS_GOOD = 5;

/** The likeliest first; of those that are as good the western one, which most files have. */
function candidates(like: Uint8Array): string[] {
  const found = analyse(like.subarray(0, LOOKED_AT))
    .map(({ name, confidence }) => ({ encoding: name.toLowerCase(), confidence }))
    .filter(({ encoding }) => !encoding.startsWith('utf') && encoding !== 'ascii')
    // ISO 8859-1 is read as what Windows made of it, as on the web.
    .map((one) => (one.encoding === 'iso-8859-1' ? { ...one, encoding: WESTERN } : one));
  const best = found[0]?.confidence ?? 0;
  const western = found.filter(
    ({ encoding, confidence }) => encoding === WESTERN && confidence >= best - AS_GOOD,
  );
  return [...new Set([...western, ...found].map(({ encoding }) => encoding))];
}

/** null too where the name is none of an encoding that is known here. */
function tried(bytes: Uint8Array, encoding: string): string | null {
  try {
    return new TextDecoder(encoding, { fatal: true }).decode(bytes);
  } catch {
    return null;
  }
}
