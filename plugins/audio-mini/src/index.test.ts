import { readFile, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { testBackbone } from '@espalier/conformance/vitest';
import { expect, it } from 'vitest';
import audioMini from './index.js';

testBackbone('audio-mini', () => audioMini);

const context = { inspectInputs: () => Promise.resolve([]), cacheFolder: tmpdir() };

it('loads a verified file of at most 3 MB, and says how to use it', async () => {
  const { modelPath, preprocessing, features } = await audioMini.load(context);
  expect((await stat(modelPath)).size).toBeLessThan(3e6);
  expect(preprocessing).toMatchObject({ kind: 'audio', sampleRate: 16_000, samples: 15_600 });
  expect(features).toEqual({ tensor: 'features', pooling: 'mean' });
  expect(audioMini.licence.commercialUse).toBe('allowed');
});

it('states the hash that the record of its pre-training states', async () => {
  const provenance = JSON.parse(
    await readFile(new URL('../weights/provenance.json', import.meta.url), 'utf8'),
  ) as { sha256: string; parameters: number };
  expect(audioMini.source).toMatchObject({ kind: 'embedded', sha256: provenance.sha256 });
  expect(audioMini.parameters).toBe(provenance.parameters);
});
