import { readFile, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { testBackbone } from '@espalier/conformance/vitest';
import { expect, it } from 'vitest';
import textMini from './index.js';

testBackbone('text-mini', () => textMini);

const context = { inspectInputs: () => Promise.resolve([]), cacheFolder: tmpdir() };

it('loads a verified file and its tokenizer, at most 6 MB together', async () => {
  const { modelPath, assets = {} } = await textMini.load(context);
  const sizes = await Promise.all(
    [modelPath, ...Object.values(assets)].map(async (path) => (await stat(path)).size),
  );
  expect(sizes).toHaveLength(3);
  expect(sizes.reduce((a, b) => a + b, 0)).toBeLessThan(6e6);
  expect(textMini.licence.commercialUse).toBe('allowed');
});

it('states the hash that the record of its pre-training states', async () => {
  const provenance = JSON.parse(
    await readFile(new URL('../weights/provenance.json', import.meta.url), 'utf8'),
  ) as { sha256: string };
  expect(textMini.source).toMatchObject({ kind: 'embedded', sha256: provenance.sha256 });
});
