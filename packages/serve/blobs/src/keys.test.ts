import { isAbsolute, relative, resolve } from 'node:path';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { keyOfRecord, recordOf, stemOf } from './folder/layout.js';
import { checkKey, checkPrefix, isKey } from './keys.js';

const anything = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 20 }),
  fc
    .array(
      fc.constantFrom('.', '..', '/', '\\', 'a', 'A0', '-', '_', '%2e', '\0', '@', '+', '~', 'x'.repeat(260)),
    )
    .map((parts) => parts.join('')),
);

it('no text that passes as a key leads out of the folder, and every one comes back from its file', () => {
  const root = resolve('blobs');
  let passed = 0;
  fc.assert(
    fc.property(anything, (text) => {
      if (!isKey(text)) {
        expect(() => checkKey(text)).toThrow(/is not a valid key/);
        return;
      }
      passed++;
      const path = relative(root, resolve(root, recordOf(stemOf(text))));
      expect(path.split(/[\\/]/)).not.toContain('..');
      expect(isAbsolute(path)).toBe(false);
      for (const name of path.split('/')) expect(Buffer.byteLength(name)).toBeLessThanOrEqual(200);
      expect(keyOfRecord(path)).toBe(text);
      checkKey(text);
      for (let end = 0; end <= text.length; end++) checkPrefix(text.slice(0, end));
    }),
    { numRuns: 3000 },
  );
  expect(passed).toBeGreaterThan(100);
});

it('keys are parts of a few characters, 512 in all', () => {
  for (const key of ['a', '...', '.a', 'a..b/c-d_e', 'x'.repeat(512), '-rf']) expect(isKey(key)).toBe(true);
  for (const key of ['', '/', 'a/', '/a', 'a//b', '.', '..', 'a/..', 'a b', 'é', 'a\n', 'x'.repeat(513)]) {
    expect(isKey(key)).toBe(false);
    expect(() => checkKey(key)).toThrow(JSON.stringify(key.slice(0, 80)).slice(0, -1));
  }
  expect(() => checkKey(undefined as unknown as string)).toThrow(/undefined is not a valid key/);
});
