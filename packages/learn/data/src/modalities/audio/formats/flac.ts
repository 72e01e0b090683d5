import decode from '@audio/decode-flac';
import { AudioError } from '../../../errors.js';
import { afterTags, hasText, viewOfBytes } from './bytes.js';
import { requireSensible, type AudioHeader } from './decoded.js';

/** Bytes of the mark and of the first block, STREAMINFO, with its own header. */
const headerLength = 42;

export function isFlac(bytes: Uint8Array): boolean {
  return hasText(bytes, afterTags(bytes), 'fLaC');
}

/**
 * Reads STREAMINFO (RFC 9639, section 8.2), the first block of every FLAC file.
 *
 * @throws AudioError where it is cut or cannot be true.
 */
export function readFlac(bytes: Uint8Array, name: string): AudioHeader {
  const start = afterTags(bytes);
  if (bytes.length < start + headerLength) throw new AudioError(name, 'the file is cut short');
  const view = viewOfBytes(bytes.subarray(start));
  const packed = view.getUint32(18);
  const frames = (view.getUint8(21) & 15) * 2 ** 32 + view.getUint32(22);
  const header = {
    sampleRate: packed >>> 12,
    channels: ((packed >>> 9) & 7) + 1,
    frames: frames === 0 ? null : frames,
  };
  requireSensible(header, name);
  return header;
}

/** The samples over 2^(bits - 1), as libsndfile has them: the decoder divides by one less. */
export async function decodeFlac(bytes: Uint8Array): ReturnType<typeof decode> {
  const start = afterTags(bytes);
  const full = 2 ** (bitsOf(bytes, start) - 1);
  const { channelData, sampleRate } = await decode(bytes.subarray(start));
  return {
    sampleRate,
    channelData: channelData.map((samples) => samples.map((v) => Math.round(v * (full - 1)) / full)),
  };
}

/** Bits a sample, from STREAMINFO. */
function bitsOf(bytes: Uint8Array, start: number): number {
  return ((viewOfBytes(bytes).getUint16(start + 20) >> 4) & 31) + 1;
}
