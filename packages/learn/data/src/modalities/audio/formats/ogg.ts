import { AudioError } from '../../../errors.js';
import { hasText, viewOfBytes } from './bytes.js';
import { requireSensible, type AudioHeader } from './decoded.js';

export type OggCodec = 'vorbis' | 'opus';

const pageHeader = 27;

export function isOgg(bytes: Uint8Array): boolean {
  return hasText(bytes, 0, 'OggS');
}

/** What the first packet tells, and null where it is another codec's. */
export function oggCodec(bytes: Uint8Array): OggCodec | null {
  const packet = pageHeader + (bytes[pageHeader - 1] ?? 0);
  if (hasText(bytes, packet, '\x01vorbis')) return 'vorbis';
  return hasText(bytes, packet, 'OpusHead') ? 'opus' : null;
}

interface Page {
  /** Place of the first byte after it. */
  readonly end: number;
  /** Samples up to its end, or -1n where no packet ends in it. */
  readonly position: bigint;
  readonly isLast: boolean;
}

/**
 * Walks the pages (RFC 3533): each has a checksum, and the last is marked as such.
 *
 * @throws AudioError where a page is cut or damaged, or the last one is missing.
 */
export function readOgg(bytes: Uint8Array, codec: OggCodec, name: string): AudioHeader {
  const view = viewOfBytes(bytes);
  const packet = pageHeader + (bytes[pageHeader - 1] ?? 0);
  if (bytes.length < packet + 19) throw new AudioError(name, 'the file is cut short');
  const positions: number[] = [];
  let isLast = false;
  for (let at = 0; at < bytes.length && hasText(bytes, at, 'OggS');) {
    const page = readPage(view, at, name);
    if (page.position > 0n) positions.push(Number(page.position));
    isLast = page.isLast;
    at = page.end;
  }
  if (!isLast) throw new AudioError(name, 'the file is cut short: its last page is missing');
  const header = {
    // Opus always decodes to 48 kHz (RFC 7845, section 5.1).
    sampleRate: codec === 'opus' ? 48_000 : view.getUint32(packet + 12, true),
    channels: view.getUint8(packet + (codec === 'opus' ? 9 : 11)),
    // A piece of a broadcast does not count from 0.
    frames: (positions.at(-1) ?? 0) - (positions.length > 1 ? (positions[0] ?? 0) : 0),
  };
  requireSensible(header, name);
  return header;
}

function readPage(view: DataView, at: number, name: string): Page {
  const segments = at + pageHeader <= view.byteLength ? view.getUint8(at + 26) : 0;
  let end = at + pageHeader + segments;
  for (let i = 0; i < segments && at + pageHeader + i < view.byteLength; i++) {
    end += view.getUint8(at + pageHeader + i);
  }
  if (end > view.byteLength) throw new AudioError(name, 'the file is cut short');
  if (checksum(view, at, end) !== view.getUint32(at + 22, true)) {
    throw new AudioError(name, 'the file is damaged: a checksum is wrong');
  }
  const isLast = (view.getUint8(at + 5) & 4) !== 0;
  return { end, position: view.getBigInt64(at + 6, true), isLast };
}

/** CRC-32 with the polynomial 0x04c11db7, not reflected, as RFC 3533, section 6, has it. */
const table = Uint32Array.from({ length: 256 }, (_, byte) => {
  let crc = byte << 24;
  for (let bit = 0; bit < 8; bit++) crc = crc < 0 ? (crc << 1) ^ 0x04c11db7 : crc << 1;
  return crc;
});

/** Of a page with its own checksum taken for 0. */
function checksum(view: DataView, start: number, end: number): number {
  let crc = 0;
  for (let at = start; at < end; at++) {
    const byte = at >= start + 22 && at < start + 26 ? 0 : view.getUint8(at);
    crc = ((crc << 8) ^ (table[(crc >>> 24) ^ byte] ?? 0)) >>> 0;
  }
  return crc;
}
