import { AudioError } from '../../../errors.js';
import { afterTags, hasText, viewOfBytes } from './bytes.js';
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

/** Of the bytes of a stream, at most this share may be something else. */
const mostJunk = 0.2;

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

/** An MPEG stream without what is no sound of it. */
export interface Mp3 {
  readonly header: AudioHeader;
  /** The whole frames alone: a decoder that meets anything else loses its place. */
  readonly stream: Uint8Array;
}

/**
 * Takes the frames of an MPEG Layer III stream (ISO/IEC 11172-3 and 13818-3) and compares them with what
 * an encoder notes in the first one. A last frame that is cut, tags wherever they stand, and a stretch of
 * noise are passed over, as libsndfile and mpg123 do.
 *
 * @throws AudioError where frames that the encoder counted are missing without such a reason
 */
export function readMp3(bytes: Uint8Array, name: string): Mp3 {
  const first = firstFrame(bytes);
  if (first === null) throw new AudioError(name, 'it holds no samples');
  const { frames, isCut, gaps, junk } = walk(bytes, first);
  const count = frames.length;
  const length = frames.reduce((sum, frame) => sum + frame.length, 0);
  if (count === 0) throw new AudioError(name, 'the file is cut short');
  if (junk > mostJunk * length) throw new AudioError(name, 'the file is damaged: much of it is no sound');
  const noted = notedCount(bytes, first);
  const explained = (isCut ? 1 : 0) + 2 * gaps + Math.ceil((junk * count) / length);
  // The frame with the note is not counted in it.
  if (count - 1 + explained < noted) {
    const text = `its header tells of ${noted} frames, ${count - 1} are there`;
    throw new AudioError(name, `the file is cut short or damaged: ${text}`);
  }
  const header = { sampleRate: first.sampleRate, channels: first.channels, frames: count * first.samples };
  requireSensible(header, name);
  const stream = Buffer.concat(frames.map(({ at, length }) => bytes.subarray(at, at + length)));
  return { header, stream };
}

interface Walked {
  readonly frames: readonly Frame[];
  /** Whether the last frame is cut. */
  readonly isCut: boolean;
  /** How often something else stands between two frames, and how many bytes of it there are, without tags. */
  readonly gaps: number;
  readonly junk: number;
}

function walk(bytes: Uint8Array, first: Frame): Walked {
  const frames: Frame[] = [];
  let [gaps, junk] = [0, 0];
  for (let frame: Frame | null = first; frame !== null;) {
    const end: number = frame.at + frame.length;
    if (end > bytes.length) return { frames, isCut: true, gaps, junk };
    frames.push(frame);
    const next: Frame | null = nextFrame(bytes, frame) ?? resumed(bytes, end, first);
    if (next !== null && next.at > end) {
      gaps++;
      junk += next.at - afterTags(bytes, end);
    }
    frame = next;
  }
  return { frames, isCut: false, gaps, junk };
}

/** The first frame of the same kind from a place on that another follows. */
function resumed(bytes: Uint8Array, from: number, like: Frame): Frame | null {
  for (let at = afterTags(bytes, from); at + 4 <= bytes.length; at++) {
    const frame = bytes[at] === 0xff ? readFrame(bytes, at) : null;
    if (frame === null || !isAlike(frame, like)) continue;
    const end = frame.at + frame.length;
    if (end === bytes.length || nextFrame(bytes, frame) !== null) return frame;
  }
  return null;
}

/** The first frame that another of its kind, a tag or the end of the file follows. */
function firstFrame(bytes: Uint8Array): Frame | null {
  const start = afterTags(bytes);
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
  return next !== null && isAlike(next, frame) ? next : null;
}

const isAlike = (a: Frame, b: Frame): boolean => a.sampleRate === b.sampleRate && a.samples === b.samples;

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
