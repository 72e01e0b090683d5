import fc from 'fast-check';
import { expect, it } from 'vitest';
import { rangeOf } from './answers.js';

it('a file is given in the range that is asked for, and never beyond it', () => {
  fc.assert(
    fc.property(fc.nat(100), fc.nat(100), fc.integer({ min: 1, max: 80 }), (first, last, bytes) => {
      for (const header of [`bytes=${first}-${last}`, `bytes=${first}-`, `bytes=-${last}`, 'bytes=', 'x']) {
        const range = rangeOf(header, bytes);
        if (range === null) continue;
        expect(range.start).toBeGreaterThanOrEqual(0);
        expect(range.end).toBeLessThan(bytes);
        expect(range.start).toBeLessThanOrEqual(range.end);
      }
    }),
  );
});
