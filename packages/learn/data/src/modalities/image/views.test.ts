import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { imagePolicies, viewOf } from './policies/registry.js';
import { identityView, viewKey } from './views.js';

const policies = fc.constantFrom(...imagePolicies.names);

describe('viewOf', () => {
  it('is the identity for view 0 and the same for the same arguments', () => {
    fc.assert(
      fc.property(policies, fc.string(), fc.nat(100), fc.integer(), (policy, key, index, seed) => {
        expect(viewOf(policy, key, 0, seed)).toEqual(identityView);
        expect(viewOf(policy, key, index, seed)).toEqual(viewOf(policy, key, index, seed));
      }),
    );
  });

  it('stays within its policy', () => {
    fc.assert(
      fc.property(policies, fc.nat(1000), (name, index) => {
        const policy = imagePolicies.get(name).limits;
        const view = viewOf(name, 'example', index, 1);
        expect(view.crop?.area ?? 1).toBeGreaterThanOrEqual(policy.minimumArea);
        expect(view.crop?.area ?? 1).toBeLessThanOrEqual(1);
        expect(Math.abs(view.rotate)).toBeLessThanOrEqual(policy.rotate);
        for (const factor of [view.brightness, view.contrast, view.saturation]) {
          expect(Math.abs(factor - 1)).toBeLessThanOrEqual(policy.colour + 1e-9);
        }
        if (!policy.flip) expect(view.flip).toBe(false);
      }),
    );
  });

  it('differs by example, index and seed, and flips about half', () => {
    const keys = ['a', 'b'].flatMap((key) =>
      [1, 2].flatMap((index) => [1, 2].map((seed) => viewKey(viewOf('crop', key, index, seed)))),
    );
    expect(new Set(keys).size).toBe(8);
    const flips = Array.from({ length: 400 }, (_, i) => viewOf('crop', `${i}`, 1, 1).flip);
    const share = flips.filter(Boolean).length / flips.length;
    expect(share).toBeGreaterThan(0.4);
    expect(share).toBeLessThan(0.6);
  });

  it('makes the flip policy show the mirror image first', () => {
    expect([0, 1, 2].map((index) => viewOf('flip', 'a', index, 3).flip)).toEqual([false, true, false]);
    expect(viewKey(viewOf('flip', 'a', 2, 3))).toBe(viewKey(identityView));
  });

  it('refuses an index that counts nothing', () => {
    expect(() => viewOf('crop', 'a', -1, 1)).toThrow(RangeError);
  });
});

it('viewKey is a stable text', () => {
  expect(viewKey(identityView)).toBe('v1;full;plain;0;1;1;1');
  const crop = { area: 0.5, aspect: 1.25, x: 0, y: 1 };
  expect(viewKey({ ...identityView, crop, flip: true, rotate: -3.5 })).toBe(
    'v1;0.5,1.25,0,1;flip;-3.5;1;1;1',
  );
});
