import { AudioError } from '../errors.js';
import { afterId3, hasText, viewOfBytes } from './bytes.js';
import { requireSensible, type AudioHeader } from './decoded.js';

/** Kilobits a second by index, Layer III, for MPEG-1 and for MPEG-2 and 2.5. */
const bitrates = [
  [0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320],
  [0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160],
] as const;
/** Of MPEG-1; MPEG-2 has half of them, 2.5 a quarter. */
const sampleRates = [44_100, 48_000, 32_000] as const;

/** Padding after a tag, or a broadcast's odd start, is passed over up to here. */
const searchLength = 65_536;

interface Frame {
  readonly at: number;
  /** In bytes. */
  readonly length: number;
  readonly sampleRate: number;
  readonly channels: number;
  /** Samples a channel. */
  readonly samples: number;
}

export function isMp3(bytes: Uint8Array): boolean {
  return firstFrame(bytes) !== null;
}

/**
 * Walks the frames of an MPEG Layer III stream (ISO/IEC 11172-3 and 13818-3) and compares with what
 * an encoder notes in the first one.
 *
 * @throws AudioError where the last frame is cut, or frames that the encoder counted are missing.
 */
export function readMp3(bytes: Uint8Array, name: string): AudioHeader {
  const first = firstFrame(bytes);
  if (first === null) throw new AudioError(name, 'it holds no samples');
  let count = 0;
  for (let frame: Frame | null = first; frame !== null; frame = nextFrame(bytes, frame)) {
    if (frame.at + frame.length > bytes.length) throw new AudioError(name, 'the file is cut short');
    count++;
  }
  const noted = notedCount(bytes, first);
  if (count < noted) {
    const text = `its header tells of ${noted} frames, ${count} are there`;
    throw new AudioError(name, `the file is cut short or damaged: ${text}`);
  }
  const header = { sampleRate: first.sampleRate, channels: first.channels, frames: count * first.samples };
  requireSensible(header, name);
  return header;
}

/** The first frame that another of its kind, a tag or the end of the file follows. */
function firstFrame(bytes: Uint8Array): Frame | null {
  const start = afterId3(bytes);
  const end = Math.min(bytes.length, start + searchLength);
  for (let at = start; at < end; at++) {
    const frame = readFrame(bytes, at);
    if (frame === null) continue;
    const next = at + frame.length;
    if (nextFrame(bytes, frame) !== null || next === bytes.length || hasText(bytes, next, 'TAG'))
      return frame;
    // Nothing but the beginning of one frame.
    if (at === start && next > bytes.length) return frame;
  }
  return null;
}

function nextFrame(bytes: Uint8Array, frame: Frame): Frame | null {
  const next = readFrame(bytes, frame.at + frame.length);
  return next?.sampleRate === frame.sampleRate && next.samples === frame.samples ? next : null;
}

function readFrame(bytes: Uint8Array, at: number): Frame | null {
  const [a = 0, b = 0, c = 0, d = 0] = bytes.subarray(at, at + 4);
  const version = (b >> 3) & 3; // 3 is MPEG-1, 2 MPEG-2, 0 MPEG-2.5.
  if (a !== 0xff || b < 0xe0 || version === 1 || ((b >> 1) & 3) !== 1) return null;
  const isFirst = version === 3;
  const kilobits = bitrates[isFirst ? 0 : 1][c >> 4];
  const base = sampleRates[(c >> 2) & 3];
  if (!kilobits || base === undefined) return null;
  const sampleRate = isFirst ? base : version === 2 ? base / 2 : base / 4;
  const samples = isFirst ? 1152 : 576;
  const length = Math.floor(((samples / 8) * kilobits * 1000) / sampleRate) + ((c >> 1) & 1);
  return { at, length, sampleRate, channels: d >> 6 === 3 ? 1 : 2, samples };
}

/** Frames by the note of Xing, LAME or Fraunhofer in the first one, without that; 0 where there is none. */
function notedCount(bytes: Uint8Array, frame: Frame): number {
  const mono = frame.channels === 1;
  const side = frame.samples === 1152 ? (mono ? 17 : 32) : mono ? 9 : 17;
  const xing = frame.at + 4 + side;
  const view = viewOfBytes(bytes);
  if (hasText(bytes, xing, 'Xing') || hasText(bytes, xing, 'Info')) {
    return (view.getUint32(xing + 4) & 1) === 0 ? 0 : view.getUint32(xing + 8);
  }
  const vbri = frame.at + 36;
  return hasText(bytes, vbri, 'VBRI') ? view.getUint32(vbri + 14) : 0;
}
