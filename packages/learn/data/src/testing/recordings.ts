import { readFileSync } from 'node:fs';
import { createRandom } from '@espalier/base/random';

/** A file beside the goldens of tools/parity/audio.py. */
export function goldenFile(name: string): Uint8Array {
  return readFileSync(new URL(`../../goldens/${name}`, import.meta.url));
}

export function golden<T>(name: string): T {
  return JSON.parse(readFileSync(new URL(`../../goldens/${name}.golden.json`, import.meta.url), 'utf8')) as T;
}

/** 200 Hz that rises by 3 kHz a second, in steps of 16 bits, as tools/parity/audio.py makes it. */
export function chirp(rate: number, length: number): Float32Array {
  return Float32Array.from({ length }, (_, i) => {
    const t = i / rate;
    return Math.round(0.5 * Math.sin(2 * Math.PI * (200 * t + 1500 * t * t)) * 32768) / 32768;
  });
}

export function sine(hertz: number, rate: number, length: number): Float32Array {
  return Float32Array.from({ length }, (_, i) => Math.sin((2 * Math.PI * hertz * i) / rate));
}

/** Tones that come and go: a different seed is a different recording. */
export function melody(seed: number, rate: number, seconds: number): Float32Array {
  const random = createRandom(seed, 'melody');
  const notes = Array.from({ length: 12 }, () => 200 * 2 ** (4 * random.uniform()));
  return Float32Array.from({ length: rate * seconds }, (_, i) => {
    const place = (i / (rate * seconds)) * notes.length;
    const hertz = notes[Math.floor(place)] ?? 0;
    return 0.5 * Math.exp(-3 * (place % 1)) * Math.sin((2 * Math.PI * hertz * i) / rate);
  });
}

export interface WavOptions {
  readonly sampleRate?: number;
  readonly channels?: number;
  /** 1 is integers, 3 floats. */
  readonly code?: number;
  readonly bits?: number;
  readonly blockAlign?: number;
  /** What the header says of the sound's bytes and of the file's. */
  readonly dataSize?: number;
  readonly riffSize?: number;
}

/** A WAV file of these bytes of sound, by hand, so that a test can make it lie. */
export function wavOf(sound: Uint8Array, options: WavOptions = {}): Uint8Array {
  const { sampleRate = 8000, channels = 1, code = 1, bits = 16 } = options;
  const {
    blockAlign = (channels * bits) / 8,
    dataSize = sound.length,
    riffSize = 36 + sound.length,
  } = options;
  const header = Buffer.alloc(44);
  header.write('RIFF', 0);
  header.writeUInt32LE(riffSize, 4);
  header.write('WAVEfmt ', 8);
  header.writeUInt32LE(16, 16);
  header.writeUInt16LE(code, 20);
  header.writeUInt16LE(channels, 22);
  header.writeUInt32LE(sampleRate, 24);
  header.writeUInt32LE((sampleRate * blockAlign) % 2 ** 32, 28);
  header.writeUInt16LE(blockAlign, 32);
  header.writeUInt16LE(bits, 34);
  header.write('data', 36);
  header.writeUInt32LE(dataSize, 40);
  return Buffer.concat([header, sound]);
}

/** Samples as 16-bit WAV. */
export function wav16(samples: Float32Array, sampleRate: number): Uint8Array {
  const sound = Buffer.alloc(2 * samples.length);
  samples.forEach((sample, i) =>
    sound.writeInt16LE(Math.max(-32768, Math.min(32767, Math.round(sample * 32768))), 2 * i),
  );
  return wavOf(sound, { sampleRate });
}

export function largestDifference(a: ArrayLike<number>, b: ArrayLike<number>): number {
  if (a.length !== b.length) return Infinity;
  return Array.from(a).reduce((most, value, i) => Math.max(most, Math.abs(value - (b[i] as number))), 0);
}
