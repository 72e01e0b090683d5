import { AudioError } from '../errors.js';
import { hasText, viewOfBytes } from './bytes.js';
import { requireSensible, type DecodedAudio } from './decoded.js';

// Our own, because the libraries of npm either scale positive and negative samples by different
// factors (soundfile, librosa and torchaudio do not) or read on where a header lies.

interface Format {
  /** 1 integers, 3 floats, 6 A-law, 7 mu-law. */
  readonly code: number;
  readonly channels: number;
  readonly sampleRate: number;
  readonly bytesPerSample: number;
}

type ReadSample = (view: DataView, at: number) => number;

export function isWav(bytes: Uint8Array): boolean {
  return hasText(bytes, 0, 'RIFF') && hasText(bytes, 8, 'WAVE');
}

/**
 * RIFF WAVE (Microsoft and IBM, Multimedia Programming Interface, 1991): integers of 8, 16, 24 and 32
 * bits over 2^(bits - 1), floats of 32 and 64 bits as they are, A-law and mu-law, any channel count.
 *
 * A recorder that writes to a pipe does not know the length: such a file is read to its end.
 *
 * @throws AudioError where the header contradicts itself or claims more than is there.
 */
export function decodeWav(bytes: Uint8Array, name: string): DecodedAudio {
  const { format, start, length } = findChunks(bytes, name);
  const { channels, sampleRate, bytesPerSample } = format;
  const read = readerOf(format, name);
  const stride = channels * bytesPerSample;
  const frames = Math.floor(length / stride);
  requireSensible({ sampleRate, channels, frames }, name);
  const view = viewOfBytes(bytes);
  const samples = Array.from({ length: channels }, (_, channel) => {
    const result = new Float32Array(frames);
    let at = start + channel * bytesPerSample;
    for (let i = 0; i < frames; i++, at += stride) result[i] = read(view, at);
    return result;
  });
  return { sampleRate, channels: samples };
}

interface Chunks {
  readonly format: Format;
  /** Place of the first sample, and bytes of samples. */
  readonly start: number;
  readonly length: number;
}

function findChunks(bytes: Uint8Array, name: string): Chunks {
  const view = viewOfBytes(bytes);
  let format: Format | null = null;
  for (let at = 12; at + 8 <= bytes.length;) {
    const size = view.getUint32(at + 4, true);
    const start = at + 8;
    if (hasText(bytes, at, 'fmt ')) {
      if (size < 16 || start + size > bytes.length) throw cutShort(name, 'its header is incomplete');
      format = readFormat(new DataView(view.buffer, view.byteOffset + start, size), name);
    } else if (hasText(bytes, at, 'data')) {
      if (format === null) throw new AudioError(name, 'its header is wrong: sound comes before its format');
      return { format, start, length: dataLength(view, start, size, name) };
    }
    at = start + size + (size % 2);
  }
  throw cutShort(name, 'its header is incomplete');
}

/** Placeholders of writers to a pipe: 0 and 2^32 - 1 (ffmpeg), a little under 2^31 (SoX). */
function dataLength(view: DataView, start: number, size: number, name: string): number {
  const there = view.byteLength - start;
  const riffIsTrue = view.getUint32(4, true) + 8 === view.byteLength;
  if (size >= 0x7ffff000 || (size === 0 && !riffIsTrue)) return there;
  if (size > there) throw cutShort(name, `its header tells of ${size} bytes of sound, ${there} are there`);
  return size;
}

function readFormat(chunk: DataView, name: string): Format {
  const [channels, sampleRate] = [chunk.getUint16(2, true), chunk.getUint32(4, true)];
  requireSensible({ channels, sampleRate, frames: null }, name);
  const [blockAlign, bits] = [chunk.getUint16(12, true), chunk.getUint16(14, true)];
  const bytesPerSample = Math.ceil(bits / 8);
  if (blockAlign !== channels * bytesPerSample) {
    const text = `${channels} channels of ${bits} bits do not make ${blockAlign} bytes`;
    throw new AudioError(name, `its header is wrong: ${text}`);
  }
  // WAVE_FORMAT_EXTENSIBLE: the code is the start of the sub-format's GUID.
  const extensible = chunk.getUint16(0, true) === 0xfffe && chunk.byteLength >= 26;
  return { code: chunk.getUint16(extensible ? 24 : 0, true), channels, sampleRate, bytesPerSample };
}

/** By format code and bytes a sample. Fewer bits than the bytes hold are the upper ones. */
const readers: Readonly<Record<string, ReadSample>> = {
  '1/1': (view, at) => (view.getUint8(at) - 128) / 2 ** 7,
  '1/2': (view, at) => view.getInt16(at, true) / 2 ** 15,
  '1/3': (view, at) => (view.getUint16(at, true) + view.getInt8(at + 2) * 2 ** 16) / 2 ** 23,
  '1/4': (view, at) => view.getInt32(at, true) / 2 ** 31,
  '3/4': (view, at) => view.getFloat32(at, true),
  '3/8': (view, at) => view.getFloat64(at, true),
  '6/1': (view, at) => fromALaw(view.getUint8(at)) / 2 ** 15,
  '7/1': (view, at) => fromMuLaw(view.getUint8(at)) / 2 ** 15,
};

function readerOf({ code, bytesPerSample }: Format, name: string): ReadSample {
  const read = readers[`${code}/${bytesPerSample}`];
  if (read !== undefined) return read;
  throw new AudioError(
    name,
    `it is a WAV of a kind that is not supported (${code}, ${bytesPerSample * 8} bits)`,
  );
}

/** ITU-T G.711, A-law: sign, exponent and mantissa, every second bit turned over. */
function fromALaw(code: number): number {
  const bits = code ^ 0x55;
  const exponent = (bits >> 4) & 7;
  const mantissa = ((bits & 15) << 4) + 8;
  const size = exponent === 0 ? mantissa : (mantissa + 256) << (exponent - 1);
  return (bits & 0x80) === 0 ? -size : size;
}

/** ITU-T G.711, mu-law: as A-law, with all bits turned over and a bias of 132. */
function fromMuLaw(code: number): number {
  const bits = ~code & 0xff;
  const size = ((((bits & 15) << 3) + 132) << ((bits >> 4) & 7)) - 132;
  return (bits & 0x80) === 0 ? size : -size;
}

function cutShort(name: string, why: string): AudioError {
  return new AudioError(name, `the file is cut short: ${why}`);
}
