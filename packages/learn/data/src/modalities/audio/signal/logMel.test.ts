import { audioPreprocessingSchema, logMelSchema, type LogMel } from '@espalier/transfer';
import { describe, expect, it } from 'vitest';
import { arrangeLogMel, frameCount, logMel, logMelShape } from './logMel.js';
import { preprocessAudio } from '../preprocess.js';
import { chirp, golden, largestDifference } from '../../../testing/recordings.js';

interface GoldenSpectrogram {
  readonly name: string;
  readonly sampleRate: number;
  readonly samples: number;
  readonly representation: unknown;
  readonly frames: number;
  readonly step: number;
  readonly values: readonly number[];
}

interface GoldenExtractor {
  readonly name: string;
  readonly preprocessing: unknown;
  readonly samples: number;
  readonly step: number;
  readonly values: readonly number[];
}

const small = logMelSchema.parse({
  kind: 'logMel',
  fftSize: 64,
  window: 50,
  hop: 20,
  bands: 4,
  low: 0,
  high: 4000,
  scale: 'htk',
  areaNormalised: false,
  power: 2,
  offset: 0.01,
  centred: false,
  layout: 'time,band',
});

describe('logMel', () => {
  it.each(golden<GoldenSpectrogram[]>('logMel'))("is librosa's for $name", (wanted) => {
    const config = logMelSchema.parse(wanted.representation);
    const values = logMel(chirp(wanted.sampleRate, wanted.samples), config, wanted.sampleRate);
    expect(values.length).toBe(wanted.frames * config.bands);
    const kept = values.filter((_, i) => i % wanted.step === 0);
    expect(largestDifference(kept, wanted.values)).toBeLessThan(1e-4);
  });

  it.each(golden<GoldenExtractor[]>('extractors'))('is that of transformers for $name', (wanted) => {
    const preprocessing = audioPreprocessingSchema.parse(wanted.preprocessing);
    const audio = { sampleRate: 16_000, channels: [chirp(16_000, wanted.samples)] };
    const values = preprocessAudio(audio, preprocessing);
    const kept = values.filter((_, i) => i % wanted.step === 0);
    expect(kept.length).toBe(wanted.values.length);
    expect(largestDifference(kept, wanted.values)).toBeLessThan(2e-3);
  });

  it('has 96 frames of 15600 samples for YAMNet', () => {
    expect(frameCount(15_600, { ...small, window: 400, hop: 160 })).toBe(96);
  });

  it('is shifted and scaled by mean and std', () => {
    const plain = logMel(chirp(8000, 400), small, 8000);
    const scaled = logMel(chirp(8000, 400), { ...small, mean: -2, std: 4 }, 8000);
    expect(
      largestDifference(
        scaled,
        plain.map((value) => (value + 2) / 4),
      ),
    ).toBeLessThan(1e-6);
  });

  it('mirrors a recording shorter than half a window, too', () => {
    const values = logMel(new Float32Array([0.5]), { ...small, centred: true }, 8000);
    expect(values.length).toBe(4);
    const constant = logMel(new Float32Array(400).fill(0.5), small, 8000);
    expect(largestDifference(values, constant.subarray(0, 4))).toBeLessThan(1e-6);
  });

  it.each<[Partial<LogMel>, RegExp]>([
    [{ fftSize: 101 }, /is odd/],
    [{ window: 65 }, /too small/],
    [{ high: 4001 }, /do not fit a rate of 8000 Hz/],
    [{ low: 4000 }, /do not fit/],
  ])('refuses %o', (change, reason) => {
    expect(() => logMel(chirp(8000, 400), { ...small, ...change }, 8000)).toThrow(reason);
  });
});

it.each<[LogMel['layout'], number[], number[]]>([
  ['time,band', [2, 4], [0, 1, 2, 3, 10, 11, 12, 13]],
  ['1,time,band', [1, 2, 4], [0, 1, 2, 3, 10, 11, 12, 13]],
  ['time,band,1', [2, 4, 1], [0, 1, 2, 3, 10, 11, 12, 13]],
  ['band,time', [4, 2], [0, 10, 1, 11, 2, 12, 3, 13]],
  ['1,band,time', [1, 4, 2], [0, 10, 1, 11, 2, 12, 3, 13]],
  ['band,time,1', [4, 2, 1], [0, 10, 1, 11, 2, 12, 3, 13]],
])('layout %s has the shape %j', (layout, shape, wanted) => {
  const config = { ...small, layout };
  expect(logMelShape(70, config)).toEqual(shape);
  const values = new Float32Array([0, 1, 2, 3, 10, 11, 12, 13]);
  expect([...arrangeLogMel(values, config)]).toEqual(wanted);
});
