import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, it, onTestFinished } from 'vitest';
import { sha256Of, sha256OfFile } from './hash.js';

const parts = fc.array(
  fc.oneof(fc.string({ maxLength: 4, unit: 'grapheme' }), fc.constantFrom('', '1:', '0:', 'a', 'aa')),
  {
    maxLength: 5,
  },
);

it('sha256Of tells apart parts that are split in other ways', () => {
  fc.assert(
    fc.property(parts, parts, (one, other) => {
      expect(sha256Of(...one) === sha256Of(...other)).toBe(JSON.stringify(one) === JSON.stringify(other));
    }),
    { numRuns: 500 },
  );
  fc.assert(
    fc.property(fc.string(), fc.nat(), (whole, at) => {
      const place = at % (whole.length + 1);
      expect(sha256Of(whole.slice(0, place), whole.slice(place))).not.toBe(sha256Of(whole));
    }),
  );
  expect(sha256Of('ab', 'c')).not.toBe(sha256Of('a', 'bc'));
});

it('sha256Of treats text as its UTF-8 bytes, with the length in bytes', () => {
  const hex = (bytes: string): string => createHash('sha256').update(bytes).digest('hex');
  expect(sha256Of('abc', '')).toBe(hex('3:abc0:'));
  expect(sha256Of(new TextEncoder().encode('ä€'))).toBe(sha256Of('ä€'));
  expect(sha256Of('é1', '', '01234567')).not.toBe(sha256Of(new TextEncoder().encode('é'), '8:01234567'));
});

it('sha256OfFile is the SHA-256 of the bytes, and fails on a file that is missing', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'espalier-files-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const bytes = Uint8Array.from({ length: 300_000 }, (_, i) => (i * 7) % 256);
  writeFileSync(join(folder, 'file'), bytes);
  expect(await sha256OfFile(join(folder, 'file'))).toBe(createHash('sha256').update(bytes).digest('hex'));
  await expect(sha256OfFile(join(folder, 'none'))).rejects.toThrow(/ENOENT/);
});
