import { decodeAudio } from '@espalier/data';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { mixed, wavOf } from './wav';

it('what is recorded is what a model hears', async () => {
  const samples = fc.float32Array({ min: -1, max: 1, noNaN: true, minLength: 1, maxLength: 500 });
  await fc.assert(
    fc.asyncProperty(samples, fc.constantFrom(16_000, 44_100, 48_000), async (given, rate) => {
      const bytes = new Uint8Array(await wavOf(given, rate).arrayBuffer());
      const { sampleRate, channels } = await decodeAudio(bytes);
      expect([sampleRate, channels.length, channels[0]?.length]).toEqual([rate, 1, given.length]);
      given.forEach((sample, i) =>
        expect(Math.abs((channels[0]?.[i] as number) - sample)).toBeLessThan(1e-4),
      );
    }),
    { numRuns: 30 },
  );
});

it('channels are heard together', () => {
  expect([...mixed([Float32Array.of(1, 0), Float32Array.of(0, 0.5)])]).toEqual([0.5, 0.25]);
  expect(mixed([])).toHaveLength(0);
});
