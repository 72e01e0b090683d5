import { audioPreprocessingSchema, type AudioPreprocessing } from '@espalier/transfer';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { loadPreprocessedAudio, preprocessAudio, preprocessedAudioShape } from './preprocess.js';
import { chirp, largestDifference, melody, wav16 } from '../../testing/recordings.js';
import { audioPolicies, audioViewOf } from './policies/registry.js';
import { identityAudioView, type AudioView } from './views.js';

const plain = audioPreprocessingSchema.parse({
  kind: 'audio',
  sampleRate: 8000,
  samples: 64,
  representation: { kind: 'waveform' },
});

const spectrogram = audioPreprocessingSchema.parse({
  ...plain,
  samples: 1000,
  representation: {
    kind: 'logMel',
    fftSize: 256,
    window: 200,
    hop: 80,
    bands: 20,
    low: 0,
    high: 4000,
    scale: 'slaney',
    areaNormalised: false,
    power: 1,
    offset: 0.01,
    centred: false,
    layout: 'band,time',
  },
});

/** 1, 2, 3, ... */
const counting = (length: number): Float32Array => Float32Array.from({ length }, (_, i) => i + 1);

function heard(length: number, change: Partial<AudioView> = {}, input: AudioPreprocessing = plain): number[] {
  const audio = { sampleRate: 8000, channels: [counting(length)] };
  return [...preprocessAudio(audio, input, { ...identityAudioView, ...change })];
}

describe('the samples', () => {
  it('are the middle of a longer recording', () => {
    expect(heard(101)).toEqual([...counting(101).subarray(18, 82)]);
    expect(heard(64)).toEqual([...counting(64)]);
  });

  it('of a shorter one stand between silence', () => {
    const zeros = (count: number): number[] => new Array<number>(count).fill(0);
    expect(heard(61)).toEqual([...zeros(2), ...counting(61), ...zeros(1)]);
    expect(heard(1).filter((value) => value !== 0)).toEqual([1]);
  });

  it('are mixed and resampled before they are cut', () => {
    const channels = [chirp(16_000, 1600), new Float32Array(1600)];
    const values = preprocessAudio({ sampleRate: 16_000, channels }, plain);
    const wanted = chirp(8000, 800)
      .subarray(368, 432)
      .map((value) => value / 2);
    expect(largestDifference(values, wanted)).toBeLessThan(1e-3);
  });

  it('have mean 0 and variance 1 over the recording where that is asked for, silence apart', () => {
    const values = heard(32, {}, { ...plain, normalise: 'unit' });
    const own = values.slice(16, 48);
    // The values of Wav2Vec2FeatureExtractor: (x - 16.5) / sqrt((32^2 - 1) / 12).
    expect(own[0]).toBeCloseTo(-15.5 / Math.sqrt(1023 / 12), 6);
    expect(own.reduce((sum, value) => sum + value, 0)).toBeCloseTo(0, 4);
    expect([...values.slice(0, 16), ...values.slice(48)].every((value) => value === 0)).toBe(true);
  });

  it('are finite and of the shape, for any length, rate and view', () => {
    const names = fc.constantFrom(...audioPolicies.names);
    const inputs = fc.constantFrom(plain, spectrogram, { ...plain, normalise: 'unit' as const });
    const rates = fc.integer({ min: 4000, max: 48_000 });
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 3000 }),
        rates,
        names,
        fc.nat(9),
        inputs,
        (length, rate, policy, index, input) => {
          const view = audioViewOf(policy, 'x', index, 1);
          const values = preprocessAudio({ sampleRate: rate, channels: [chirp(rate, length)] }, input, view);
          expect(values.length).toBe(preprocessedAudioShape(input).reduce((a, b) => a * b, 1));
          expect(values.every(Number.isFinite)).toBe(true);
        },
      ),
      { numRuns: 60 },
    );
  });

  it('are those of the file', async () => {
    const samples = melody(1, 8000, 1).map((value) => Math.round(value * 32768) / 32768);
    const values = await loadPreprocessedAudio(wav16(samples, 8000), spectrogram);
    expect(values).toEqual(preprocessAudio({ sampleRate: 8000, channels: [samples] }, spectrogram));
  });
});

describe('a view', () => {
  it('takes a cut anywhere, and shifts within the recording', () => {
    expect(heard(100, { place: 0 })[0]).toBe(1);
    expect(heard(100, { place: 1 })[0]).toBe(37);
    expect(heard(100, { shift: 0.25 })[0]).toBe(3);
    expect(heard(100, { place: 0, shift: 0.25 })[0]).toBe(1);
  });

  it('shifts a whole recording into silence', () => {
    expect(heard(64, { shift: 0.125 })).toEqual([...new Array<number>(8).fill(0), ...counting(56)]);
    expect(heard(64, { shift: -0.125 })).toEqual([
      ...counting(64).subarray(8),
      ...new Array<number>(8).fill(0),
    ]);
  });

  it('makes it louder, by decibels', () => {
    expect(heard(64, { gain: 20 })[3]).toBeCloseTo(40, 4);
  });

  it('silences times of a waveform', () => {
    const values = heard(64, { timeMasks: [{ start: 0.5, length: 0.25 }] });
    expect(values.flatMap((value, i) => (value === 0 ? [i] : []))).toEqual(
      Array.from({ length: 16 }, (_, i) => 32 + i),
    );
  });

  it('fills times and bands of a spectrogram with its mean', () => {
    const audio = { sampleRate: 8000, channels: [melody(2, 8000, 1)] };
    const before = preprocessAudio(audio, spectrogram);
    const frames = before.length / 20;
    const timeMasks = [{ start: 0, length: 0.2 }];
    const bandMasks = [{ start: 0.5, length: 0.1 }];
    const after = preprocessAudio(audio, spectrogram, { ...identityAudioView, timeMasks, bandMasks });
    const mean = before.reduce((sum, value) => sum + value, 0) / before.length;
    for (const [i, value] of after.entries()) {
      const [band, frame] = [Math.floor(i / frames), i % frames];
      const masked = frame < Math.round(0.2 * frames) || band === 10 || band === 11;
      expect(value).toBeCloseTo(masked ? mean : (before[i] as number), 4);
    }
  });
});

describe('the shape', () => {
  it('is that of the representation', () => {
    expect(preprocessedAudioShape(plain)).toEqual([64]);
    expect(preprocessedAudioShape(spectrogram)).toEqual([20, 11]);
  });

  it('refuses samples that do not fill a window', () => {
    expect(() => preprocessedAudioShape({ ...spectrogram, samples: 199 })).toThrow(RangeError);
  });
});
