/** A view of the same memory, for numbers of several bytes. */
export function viewOfBytes(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/** Whether the text stands at this place, in ASCII; false past the end. */
export function hasText(bytes: Uint8Array, at: number, text: string): boolean {
  if (at + text.length > bytes.length) return false;
  for (let i = 0; i < text.length; i++) if (bytes[at + i] !== text.charCodeAt(i)) return false;
  return true;
}

/**
 * Where what follows tags begins: any number of ID3v2 (id3.org, ID3v2.4, section 3.1), APEv2 and ID3v1 tags
 * from a place on; the place itself where there is none.
 */
export function afterTags(bytes: Uint8Array, from = 0): number {
  let at = from;
  for (let length = tagLength(bytes, at); length > 0; length = tagLength(bytes, at)) at += length;
  return Math.min(bytes.length, at);
}

function tagLength(bytes: Uint8Array, at: number): number {
  if (hasText(bytes, at, 'ID3') && at + 10 <= bytes.length) {
    const size = bytes.subarray(at + 6, at + 10).reduce((sum, byte) => sum * 128 + (byte & 127), 0);
    const footer = ((bytes[at + 5] ?? 0) & 0x10) === 0 ? 0 : 10;
    return 10 + size + footer;
  }
  if (hasText(bytes, at, 'APETAGEX') && at + 32 <= bytes.length) {
    const view = viewOfBytes(bytes);
    // The size counts the tag's end, and not its beginning.
    const isBeginning = (view.getUint32(at + 20, true) & 0x20000000) !== 0;
    return 32 + (isBeginning ? view.getUint32(at + 12, true) : 0);
  }
  return hasText(bytes, at, 'TAG') ? 128 : 0;
}
