import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { writeTinyNetwork } from '@espalier/conformance';
import { testBackbone } from '@espalier/conformance/vitest';
import { describe, expect, it, onTestFinished } from 'vitest';
import { audioYamnet, isYamnet } from './index.js';

const shared = fileURLToPath(new URL('../../../../shared/backbones/yamnet', import.meta.url));

describe.skipIf(!existsSync(shared))('YAMNet itself (needs ../shared/backbones/yamnet)', () => {
  testBackbone('audio-yamnet', () => audioYamnet(shared));

  it('is recognised by its inputs and outputs', async () => {
    expect(await isYamnet(shared)).toBe(true);
    expect(await isYamnet(join(shared, 'model.onnx'))).toBe(true);
  });
});

it('does not take another network or nothing for YAMNet', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'espalier-yamnet-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const path = join(folder, 'model.onnx');
  expect(await isYamnet(folder)).toBe(false);
  await expect(audioYamnet(folder)).rejects.toThrow(/there is no model\.onnx at/);
  await writeTinyNetwork(path);
  expect(await isYamnet(path)).toBe(false);
  const backbone = await audioYamnet(path);
  const inspectInputs = async () => [{ name: 'image', dtype: 'float32', shape: ['batch', 3, 24, 24] }];
  await expect(backbone.load({ inspectInputs, cacheFolder: folder })).rejects.toThrow(
    /is not a YAMNet; it reads image \[batch, 3, 24, 24\]/,
  );
});
