import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { testBackbone } from '@espalier/conformance/vitest';
import { BackboneError, verifyEmbedded } from '@espalier/transfer';
import { expect, it, onTestFinished } from 'vitest';
import visionMini from './index.js';

testBackbone('vision-mini', () => visionMini);

const context = { inspectInputs: () => Promise.resolve([]), cacheFolder: tmpdir() };

it('loads a verified file of at most 2 MB, and says how to use it', async () => {
  const { modelPath, preprocessing, features } = await visionMini.load(context);
  expect((await stat(modelPath)).size).toBeLessThan(2e6);
  expect(preprocessing).toMatchObject({ kind: 'image', height: 96, width: 96, layout: 'nchw' });
  expect(features).toEqual({ tensor: 'features', pooling: 'mean' });
  expect(visionMini.licence.commercialUse).toBe('allowed');
});

it('states the hash that the record of its pre-training states', async () => {
  const provenance = JSON.parse(
    await readFile(new URL('../weights/provenance.json', import.meta.url), 'utf8'),
  ) as { sha256: string; parameters: number };
  expect(visionMini.source).toMatchObject({ kind: 'embedded', sha256: provenance.sha256 });
  expect(visionMini.parameters).toBe(provenance.parameters);
});

it('refuses weights that are damaged or missing, with advice', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'espalier-vision-mini-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const path = join(folder, 'vision-mini.onnx');
  await expect(verifyEmbedded('vision-mini', path, '0'.repeat(64))).rejects.toThrow(/missing.*install/);
  await writeFile(path, 'damaged');
  const failure = verifyEmbedded('vision-mini', path, '0'.repeat(64));
  await expect(failure).rejects.toThrow(BackboneError);
  await expect(failure).rejects.toThrow(/SHA-256.*install/);
});
