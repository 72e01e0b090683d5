import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { writeTinyNetwork } from '@espalier/conformance';
import { startHub } from '@espalier/plugin-hf-hub/testing';
import { afterEach, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { inspectBackboneInChild } from '../index.js';

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'espalier-inspect-'));
  vi.stubEnv('ESPALIER_CACHE', join(root, 'cache'));
  vi.stubEnv('HF_HOME', join(root, 'hf'));
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(root, { recursive: true, force: true });
});

const folderOf = (name: string): string => {
  const folder = join(root, name);
  mkdirSync(folder);
  return folder;
};

describe('the inspection of a backbone', () => {
  it('tells what a network in a file is', async () => {
    const path = join(folderOf('own'), 'net.onnx');
    await writeTinyNetwork(path);
    const facts = await inspectBackboneInChild(path);
    expect(facts).toMatchObject({
      ...{ family: 'onnx-file', modality: 'image', pinned: null, licence: { spdx: 'unknown' } },
      network: { stages: expect.any(Number), freezeDepths: expect.arrayContaining([0]) },
    });
    expect(facts.bytes).toBe((await readFile(path)).length);
    expect(facts.network?.parameters).toBeGreaterThan(100);
    expect(facts.network?.notes.join()).toMatch(/normalisation is not stated/);
  });

  it('says in a sentence why one cannot be used', async () => {
    const path = join(folderOf('bad'), 'net.onnx');
    writeFileSync(path, 'words');
    await expect(inspectBackboneInChild(path)).rejects.toThrow(/net\.onnx/);
    await expect(inspectBackboneInChild(join(root, 'none.onnx'))).rejects.toThrow(/there is no backbone/);
  });

  it('reads no network outside of the folder that it was given', async () => {
    await writeTinyNetwork(join(folderOf('secret'), 'model.onnx'));
    const folder = folderOf('sly');
    writeFileSync(join(folder, 'espalier.json'), JSON.stringify({ model: '../secret/model.onnx' }));
    await expect(inspectBackboneInChild(folder)).rejects.toThrow(
      /outside of its own folder, which Espalier does not read/,
    );
  });

  it('ends one that takes too long', async () => {
    const path = join(folderOf('slow'), 'net.onnx');
    await writeTinyNetwork(path);
    const limits = { seconds: 0.05, memoryBytes: 2 ** 33 };
    await expect(inspectBackboneInChild(path, { limits })).rejects.toThrow(
      /took more than 0.05 seconds; take another/,
    );
  });

  it('fetches no network of a hub to describe it, and says what is not there', async () => {
    const folder = folderOf('published');
    await writeTinyNetwork(join(folder, 'model.onnx'));
    const model = await readFile(join(folder, 'model.onnx'));
    const hub = await startHub({
      'team/net': {
        files: {
          'README.md': '---\nlicense: mit\n---\n',
          'config.json': '{}',
          'preprocessor_config.json': JSON.stringify({ image_mean: [0.5, 0.5, 0.5], image_std: [1, 1, 1] }),
          'model.onnx': model,
        },
      },
    });
    onTestFinished(() => hub.close());
    vi.stubEnv('HF_ENDPOINT', hub.endpoint);
    expect(await inspectBackboneInChild('hf:team/net')).toMatchObject({
      ...{ modality: 'image', bytes: model.length, network: null },
      ...{ licence: { spdx: 'MIT', commercialUse: 'allowed' } },
      pinned: expect.stringMatching(/^hf:team\/net@[0-9a-f]{40}#model\.onnx$/),
    });
    expect(hub.requests.some((request) => request.includes('/lfs/'))).toBe(false);
    await expect(inspectBackboneInChild('hf:team/none')).rejects.toThrow(
      /the hub denied access to team\/none@main: it is private, gated or does not exist/,
    );
    expect(existsSync(join(root, 'hf', 'hub', 'models--team--none', 'blobs'))).toBe(false);
  });
});
