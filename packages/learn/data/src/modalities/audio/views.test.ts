import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { withNoise } from './signal/noise.js';
import { sine } from '../../testing/recordings.js';
import type { AudioLimits } from './policies/limits.js';
import { audioPolicies, audioViewOf } from './policies/registry.js';
import { audioViewKey, identityAudioView } from './views.js';

const policies = fc.constantFrom(...audioPolicies.names);

describe('audioViewOf', () => {
  it('is the identity for view 0 and the same for the same arguments', () => {
    fc.assert(
      fc.property(policies, fc.string(), fc.nat(100), fc.integer(), (policy, key, index, seed) => {
        expect(audioViewOf(policy, key, 0, seed)).toEqual(identityAudioView);
        expect(audioViewOf(policy, key, index, seed)).toEqual(audioViewOf(policy, key, index, seed));
      }),
    );
  });

  it('stays within its policy', () => {
    fc.assert(
      fc.property(policies, fc.integer({ min: 1, max: 1000 }), (name, index) => {
        const policy: AudioLimits = audioPolicies.get(name).limits;
        const view = audioViewOf(name, 'example', index, 1);
        expect(view.place >= 0 && view.place <= 1).toBe(true);
        if (!policy.anywhere) expect(view.place).toBe(0.5);
        expect(Math.abs(view.shift)).toBeLessThanOrEqual(policy.shift);
        expect(Math.abs(view.gain)).toBeLessThanOrEqual(policy.gain);
        expect(view.noise === null).toBe(policy.noise === null);
        const [least, most] = policy.noise ?? [0, 0];
        expect(view.noise?.ratio ?? 0).toBeGreaterThanOrEqual(least);
        expect(view.noise?.ratio ?? 0).toBeLessThanOrEqual(most);
        const masks = [...view.timeMasks, ...view.bandMasks];
        expect(masks.length).toBe(policy.mask === 0 ? 0 : 4);
        for (const { start, length } of masks) {
          expect(length).toBeLessThanOrEqual(policy.mask);
          expect(start >= 0 && start + length <= 1 + 1e-9).toBe(true);
        }
      }),
    );
  });

  it.each(['shift', 'noise', 'gain', 'spec', 'strong'] as const)(
    'of %s differs by key, index and seed',
    (policy) => {
      const keys = ['a', 'b'].flatMap((key) =>
        [1, 2].flatMap((index) => [1, 2].map((seed) => audioViewKey(audioViewOf(policy, key, index, seed)))),
      );
      expect(new Set([...keys, audioViewKey(identityAudioView)]).size).toBe(9);
    },
  );

  it('refuses an index that counts nothing', () => {
    expect(() => audioViewOf('shift', 'a', -1, 1)).toThrow(RangeError);
  });
});

it('audioViewKey is a stable text of every field', () => {
  expect(audioViewKey(identityAudioView)).toBe('a1;0.5;0;0;clean;open;open');
  const noise = { colour: 'pink', ratio: 12.5, seed: 7 } as const;
  const timeMasks = [{ start: 0.5, length: 0.1 }];
  const bandMasks = [...timeMasks, { start: 0, length: 0.25 }];
  expect(audioViewKey({ place: 0, shift: -0.1, gain: 3, noise, timeMasks, bandMasks })).toBe(
    'a1;0;-0.1;3;pink,12.5,7;0.5+0.1;0.5+0.1,0+0.25',
  );
});

describe('withNoise', () => {
  const clean = sine(440, 16_000, 16_000);
  const added = (colour: 'white' | 'pink', seed = 1): Float32Array =>
    withNoise(clean, { colour, ratio: 20, seed }).map((value, i) => value - (clean[i] as number));
  const power = (values: Float32Array): number =>
    values.reduce((sum, value) => sum + value * value, 0) / values.length;

  it.each(['white', 'pink'] as const)('adds %s noise of the ratio, the same for a seed alone', (colour) => {
    expect(10 * Math.log10(power(clean) / power(added(colour)))).toBeCloseTo(20, 3);
    expect(added(colour)).toEqual(added(colour));
    expect(added(colour, 2)).not.toEqual(added(colour));
  });

  it('makes pink noise that is lower in pitch than white', () => {
    // A difference of neighbours is a high pass: 2 for white noise, by the variance of a difference.
    const highs = (values: Float32Array): number =>
      power(values.map((value, i) => value - (values[i - 1] ?? value))) / power(values);
    expect(highs(added('white'))).toBeCloseTo(2, 1);
    expect(highs(added('pink'))).toBeLessThan(0.5);
  });

  it('leaves silence alone', () => {
    const silence = new Float32Array(100);
    expect(withNoise(silence, { colour: 'pink', ratio: 20, seed: 1 })).toEqual(silence);
  });
});
