import { AudioError } from '../../../errors.js';
import { counted } from '../../../words.js';
import { hasText, viewOfBytes } from './bytes.js';
import { requireSensible, type DecodedAudio } from './decoded.js';
import { otherCodes } from './wavCodes.js';

// Our own, because the libraries of npm either scale positive and negative samples by different
// factors (soundfile, librosa and torchaudio do not) or read on where a header lies.

interface Format {
  /** 1 integers, 3 floats, 6 A-law, 7 mu-law. */
  readonly code: number;
  readonly channels: number;
  readonly sampleRate: number;
  readonly bits: number;
  /** Of the container, which may be larger than the bits. */
  readonly bytesPerSample: number;
}

type ReadSample = (view: DataView, at: number) => number;

export function isWav(bytes: Uint8Array): boolean {
  return ['RIFF', 'RF64', 'BW64'].some((id) => hasText(bytes, 0, id)) && hasText(bytes, 8, 'WAVE');
}

/**
 * RIFF WAVE (Microsoft and IBM, Multimedia Programming Interface, 1991) and RF64 (EBU Tech 3306): integers of
 * 8, 16, 24 and 32 bits over 2^(bits - 1), in containers of their own size or of 32 bits, floats of 32 and 64
 * bits as they are, A-law and mu-law, any channel count.
 *
 * A recorder that writes to a pipe does not know the length: such a file is read to its end. So is one that
 * lacks a little of what it says.
 *
 * @throws AudioError where the header contradicts itself or claims more than is there.
 */
export function decodeWav(bytes: Uint8Array, name: string): DecodedAudio {
  const { format, start, length } = findChunks(bytes, name);
  const { channels, sampleRate, bytesPerSample } = format;
  const stride = channels * bytesPerSample;
  const readUpper = readerOf(format, name);
  const frames = Math.floor(length / stride);
  requireSensible({ sampleRate, channels, frames }, name);
  const view = viewOfBytes(bytes);
  const sound = viewOfBytes(bytes.subarray(start, start + frames * stride));
  const read = isLow(format, sound) ? lowReader(format) : readUpper;
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
  let wide: number | null = null;
  for (let at = 12; at + 8 <= bytes.length;) {
    const size = view.getUint32(at + 4, true);
    const start = at + 8;
    if (hasText(bytes, at, 'ds64') && start + 16 <= bytes.length) {
      wide = Number(view.getBigUint64(start + 8, true));
    } else if (hasText(bytes, at, 'fmt ')) {
      if (size < 16 || start + size > bytes.length) throw cutShort(name, 'its header is incomplete');
      format = readFormat(new DataView(view.buffer, view.byteOffset + start, size), name);
    } else if (hasText(bytes, at, 'data')) {
      if (format === null) throw new AudioError(name, 'its header is wrong: sound comes before its format');
      const told = wide !== null && size === 0xffffffff ? wide : size;
      return { format, start, length: dataLength(view, start, told, name) };
    }
    at = afterChunk(bytes, start + size, size);
  }
  throw cutShort(name, 'its header is incomplete');
}

const chunkNames = [
  'data',
  'fmt ',
  'fact',
  'LIST',
  'JUNK',
  'PAD ',
  'bext',
  'cue ',
  'id3 ',
  'ID3 ',
  'iXML',
  'PEAK',
  'smpl',
];

/** Chunks are filled up to two bytes, and some programs forget it. */
function afterChunk(bytes: Uint8Array, end: number, size: number): number {
  if (size % 2 === 0) return end;
  const isThere = (at: number): boolean => chunkNames.some((name) => hasText(bytes, at, name));
  return isThere(end) && !isThere(end + 1) ? end : end + 1;
}

/** What may lack of the sound: this share of it, and never more than so many bytes. */
const mostMissing = { share: 1 / 250, bytes: 4096 };

/** Placeholders of writers to a pipe: 0 and 2^32 - 1 (ffmpeg), a little under 2^31 (SoX). */
function dataLength(view: DataView, start: number, size: number, name: string): number {
  const there = view.byteLength - start;
  const riffIsTrue = view.getUint32(4, true) + 8 === view.byteLength;
  if ((size >= 0x7ffff000 && size <= 0xffffffff) || (size === 0 && !riffIsTrue)) return there;
  const missing = size - there;
  if (missing <= Math.max(0, Math.min(mostMissing.bytes, size * mostMissing.share)))
    return size - Math.max(0, missing);
  throw cutShort(
    name,
    `its header tells of ${size} bytes of sound, ${there} ${there === 1 ? 'is' : 'are'} there`,
  );
}

function readFormat(chunk: DataView, name: string): Format {
  const [channels, sampleRate] = [chunk.getUint16(2, true), chunk.getUint32(4, true)];
  requireSensible({ channels, sampleRate, frames: null }, name);
  const [blockAlign, bits] = [chunk.getUint16(12, true), chunk.getUint16(14, true)];
  // WAVE_FORMAT_EXTENSIBLE: the code is the start of the sub-format's GUID.
  const extensible = chunk.getUint16(0, true) === 0xfffe && chunk.byteLength >= 26;
  const code = chunk.getUint16(extensible ? 24 : 0, true);
  const other = otherCodes[code];
  if (other !== undefined) {
    const what = `it holds ${other} and not PCM, so convert it to a plain WAV or FLAC first`;
    throw new AudioError(name, `${what}: a WAV of a kind that is not supported (${code}, ${bits} bits)`);
  }
  const padded = code === 1 && bits > 16 && blockAlign === channels * 4;
  const bytesPerSample = padded ? 4 : Math.ceil(bits / 8);
  if (blockAlign !== channels * bytesPerSample) {
    const text = `${counted(channels, 'channel')} of ${counted(bits, 'bit')} cannot fill ${counted(blockAlign, 'byte')}`;
    throw new AudioError(name, `its header is wrong: ${text}`);
  }
  return { code, channels, sampleRate, bits, bytesPerSample };
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

/**
 * Whether samples of fewer bits than their 32-bit containers are the lower ones, as some recorders write them,
 * and not the upper ones: none is beyond their range.
 */
function isLow({ code, bits, bytesPerSample }: Format, sound: DataView): boolean {
  if (code !== 1 || bytesPerSample !== 4 || bits >= 32) return false;
  const limit = 2 ** (bits - 1);
  for (let at = 0; at + 4 <= sound.byteLength; at += 4) {
    const value = sound.getInt32(at, true);
    if (value < -limit || value >= limit) return false;
  }
  return true;
}

const lowReader =
  ({ bits }: Format): ReadSample =>
  (view, at) =>
    view.getInt32(at, true) / 2 ** (bits - 1);

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
