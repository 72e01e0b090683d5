import { describe, expect, it } from 'vitest';
import type { Fingerprint } from '../../checks/perceptual.js';
import { decodeAudio } from './formats/decode.js';
import { fingerprintAudio } from './fingerprint.js';
import { resample } from './signal/resample.js';
import { goldenFile, melody, wav16 } from '../../testing/recordings.js';
import { withNoise } from './signal/noise.js';

function distance(a: Fingerprint, b: Fingerprint): { bits: number; thumbnail: number } {
  const differing = BigInt(`0x${a.perceptualHash}`) ^ BigInt(`0x${b.perceptualHash}`);
  const [x, y] = [Buffer.from(a.thumbnail, 'hex'), Buffer.from(b.thumbnail, 'hex')];
  const total = x.reduce((sum, value, i) => sum + Math.abs(value - (y[i] as number)), 0);
  return { bits: differing.toString(2).replaceAll('0', '').length, thumbnail: total / x.length };
}

const of = (samples: Float32Array, sampleRate: number): Fingerprint =>
  fingerprintAudio({ sampleRate, channels: [samples] });

describe('fingerprintAudio', () => {
  const recording = melody(1, 16_000, 2);
  const original = of(recording, 16_000);

  it('stays near when a recording is louder, resampled, a little noisy or stereo', async () => {
    const copies = [
      of(
        recording.map((value) => value * 0.3),
        16_000,
      ),
      of(resample(recording, 16_000, 44_100), 44_100),
      of(withNoise(recording, { colour: 'white', ratio: 50, seed: 1 }), 16_000),
      fingerprintAudio({ sampleRate: 16_000, channels: [recording, recording] }),
      fingerprintAudio(await decodeAudio(wav16(recording, 16_000))),
    ];
    for (const copy of copies) {
      const { bits, thumbnail } = distance(original, copy);
      expect(bits).toBeLessThanOrEqual(4);
      expect(thumbnail).toBeLessThanOrEqual(4);
    }
  });

  it.each(['chirp.ogg', 'chirp.mp3', 'stereo.ogg', 'stereo.mp3'])(
    'of %s is near that of FLAC',
    async (name) => {
      const wanted = fingerprintAudio(await decodeAudio(goldenFile('chirp.flac')));
      const decoded = await decodeAudio(goldenFile(name));
      const { bits, thumbnail } = distance(
        wanted,
        fingerprintAudio({ ...decoded, channels: decoded.channels.slice(0, 1) }),
      );
      expect(bits).toBeLessThanOrEqual(4);
      expect(thumbnail).toBeLessThanOrEqual(4);
    },
  );

  it('is far for other recordings', () => {
    const all = Array.from({ length: 40 }, (_, seed) => of(melody(seed, 8000, 1), 8000));
    for (const [i, a] of all.entries()) {
      for (const b of all.slice(0, i)) {
        const { bits, thumbnail } = distance(a, b);
        expect(bits > 4 || thumbnail > 4, `${i}`).toBe(true);
      }
    }
  });

  it('is there for a single sample, and for silence', () => {
    expect(of(new Float32Array([0.5]), 8000).perceptualHash).toMatch(/^[0-9a-f]{16}$/);
    expect(of(new Float32Array(100), 8000).thumbnail).toMatch(/^[0-9a-f]{128}$/);
  });
});
