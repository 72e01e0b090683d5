import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { mixToMono, resample, resampledLength } from './resample.js';
import { golden, largestDifference, sine } from '../../../testing/recordings.js';

interface GoldenRates {
  readonly rate: number;
  readonly to: number;
  readonly samples: readonly number[];
  readonly values: readonly number[];
  readonly step: number;
}

/** Amplitude and largest error of a tone, away from the ends. */
function heard(hertz: number, from: number, to: number): { peak: number; error: number } {
  const result = resample(sine(hertz, from, from / 2), from, to);
  const wanted = sine(hertz, to, result.length);
  const middle = [Math.floor(result.length * 0.3), Math.floor(result.length * 0.7)] as const;
  const inside = result.subarray(...middle);
  return {
    peak: inside.reduce((most, value) => Math.max(most, Math.abs(value)), 0),
    error: largestDifference(inside, wanted.subarray(...middle)),
  };
}

const pairs = [
  [8000, 16_000],
  [16_000, 8000],
  [44_100, 16_000],
  [48_000, 16_000],
  [11_025, 16_000],
  [44_100, 16_001],
] as const;

describe('resample', () => {
  it.each(golden<GoldenRates[]>('resample'))("is SciPy's from $rate to $to Hz", (wanted) => {
    const samples = Float32Array.from(wanted.samples, (value) => value / 32768);
    const result = resample(samples, wanted.rate, wanted.to);
    // SciPy gives ceil(n * up / down) samples.
    const kept = result.filter((_, i) => i % wanted.step === 0);
    expect(kept.length).toBeGreaterThan(40);
    expect(largestDifference(kept, wanted.values.slice(0, kept.length))).toBeLessThan(5e-6);
  });

  it.each(pairs)('from %i to %i Hz keeps the passband and lets no alias through', (from, to) => {
    const nyquist = Math.min(from, to) / 2;
    for (const part of [0.01, 0.3, 0.6, 0.9]) {
      expect(heard(Math.round(part * nyquist), from, to).error, `${part}`).toBeLessThan(1e-4);
    }
    if (to > from) return;
    for (const part of [1.0, 1.1, 1.5]) {
      const hertz = Math.round(part * nyquist);
      if (hertz < from / 2) expect(heard(hertz, from, to).peak, `${part}`).toBeLessThan(3.2e-5); // -90 dB.
    }
  });

  const rate = fc.integer({ min: 1000, max: 192_000 });
  it('gives round(n * to / from) samples, for any rates', () => {
    fc.assert(
      fc.property(fc.nat(3000), rate, rate, (length, from, to) => {
        const result = resample(new Float32Array(length).fill(0.5), from, to);
        expect(result.length).toBe(Math.round((length * to) / from));
        expect(result.every((value) => Math.abs(value) < 0.7)).toBe(true);
      }),
      { numRuns: 30 },
    );
  });

  it('of a part is that part of the whole', () => {
    const samples = sine(440, 8000, 1000);
    fc.assert(
      fc.property(fc.constantFrom(8000, 16_000, 11_025), fc.nat(1000), fc.nat(300), (to, start, length) => {
        fc.pre(start + length <= resampledLength(1000, 8000, to));
        const whole = resample(samples, 8000, to);
        expect(resample(samples, 8000, to, start, length)).toEqual(whole.slice(start, start + length));
      }),
    );
  });
});

it('mixToMono is the mean of the channels', () => {
  const mixed = mixToMono([new Float32Array([1, 0]), new Float32Array([0, 0.5]), new Float32Array([0.5, 1])]);
  expect([...mixed]).toEqual([0.5, 0.5]);
});
