import { AudioError } from '../../../errors.js';

export interface DecodedAudio {
  /** In hertz. */
  readonly sampleRate: number;
  /** At least one, all of one length of at least one sample; full scale is -1..1, floats may go over. */
  readonly channels: readonly Float32Array[];
}

/** What a header tells of a recording before it is decoded. */
export interface AudioHeader {
  /** In hertz. */
  readonly sampleRate: number;
  readonly channels: number;
  /** Samples a channel; null where the file does not say. */
  readonly frames: number | null;
}

const maxHours = 2;
const maxBytes = 1e9;
/** In hertz; four times the rate of the best converters. */
const maxRate = 768_000;

/**
 * Refuses what would fill the memory, before it is decoded, and a header that cannot be.
 *
 * @throws AudioError over 2 hours or 1 GB as 32-bit floats, without samples, channels or a rate.
 */
export function requireSensible({ sampleRate, channels, frames }: AudioHeader, name: string): void {
  if (sampleRate === 0 || sampleRate > maxRate) {
    throw new AudioError(name, `its header is wrong: the sample rate is ${sampleRate}`);
  }
  if (channels === 0) throw new AudioError(name, 'its header is wrong: there are 0 channels');
  if (frames === null) return;
  if (frames <= 0) throw new AudioError(name, 'it holds no samples');
  if (frames > maxHours * 3600 * sampleRate)
    throw new AudioError(name, `it is longer than ${maxHours} hours`);
  if (frames * channels * 4 > maxBytes) throw new AudioError(name, 'it is larger than 1 GB when decoded');
}

/** @throws AudioError where a decoded recording is empty, too long, or holds NaN or infinity. */
export function requireUsable(audio: DecodedAudio, name: string): DecodedAudio {
  const { sampleRate, channels } = audio;
  requireSensible({ sampleRate, channels: channels.length, frames: channels[0]?.length ?? 0 }, name);
  if (channels.some((samples) => !samples.every(Number.isFinite))) {
    throw new AudioError(name, 'some of its samples are not finite numbers');
  }
  return audio;
}
