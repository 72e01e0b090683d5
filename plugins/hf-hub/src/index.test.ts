import { mkdtemp, readdir, readFile, readlink, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inspectInputs, writeTinyTransformer } from '@espalier/conformance';
import { testBackbone } from '@espalier/conformance/vitest';
import type { Backbone, LoadedBackbone } from '@espalier/transfer';
import { afterAll, afterEach, beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import {
  cachedModel,
  hfFolder,
  hfHub,
  hubEnvironment,
  modelStanding,
  pinnedReference,
  type HubEnvironment,
} from './index.js';
import { commitOf, startHub, type Fault, type Files, type HubRepository } from './testing.js';

const tiny = await mkdtemp(join(tmpdir(), 'espalier-hub-model-'));
afterAll(() => rm(tiny, { recursive: true, force: true }));
await writeTinyTransformer(tiny);
const model = await readFile(join(tiny, 'model.onnx'));
const textOf = (name: string): Promise<string> => readFile(join(tiny, name), 'utf8');
const card = '---\nlanguage: en\nlicense: apache-2.0\n---\n# A model\n';
const textFiles: Files = {
  'README.md': card,
  'config.json': await textOf('config.json'),
  'tokenizer.json': await textOf('tokenizer.json'),
  'tokenizer_config.json': await textOf('tokenizer_config.json'),
  'onnx/model.onnx': model,
  'onnx/model_quantized.onnx': 'x'.repeat(2000),
};
const textRepository: HubRepository = { files: textFiles };

let cache: string;
beforeEach(async () => {
  cache = await mkdtemp(join(tmpdir(), 'espalier-hub-'));
});
afterEach(() => rm(cache, { recursive: true, force: true }));

async function hubWith(
  repositories: Readonly<Record<string, HubRepository>>,
  faults: readonly Fault[] = [],
): Promise<{ environment: HubEnvironment; requests: readonly string[] }> {
  const hub = await startHub(repositories, faults);
  onTestFinished(() => hub.close());
  return {
    environment: { endpoint: hub.endpoint, token: null, offline: false, cache },
    requests: hub.requests,
  };
}

const load = (backbone: Backbone): Promise<LoadedBackbone> =>
  backbone.load({ inspectInputs, cacheFolder: cache });

describe('a text model of the hub', () => {
  it('tells its size, and whether it is here, before it is fetched', async () => {
    const { environment, requests } = await hubWith({ 'team/bert': textRepository });
    const backbone = await hfHub('hf:team/bert', { environment });
    const pinned = pinnedReference(backbone) ?? '';
    expect(await cachedModel(pinned, environment)).toEqual({ there: false, bytes: null });
    expect(await modelStanding('hf:team/bert', environment)).toEqual({ there: false, bytes: model.length });
    expect(requests.some((request) => request.includes('/lfs/'))).toBe(false);
    await load(backbone);
    const asked = requests.length;
    expect(await cachedModel(pinned, environment)).toEqual({ there: true, bytes: model.length });
    expect(await cachedModel('hf:team/bert', environment)).toEqual({ there: false, bytes: null });
    expect(requests).toHaveLength(asked);
    expect(await modelStanding(pinned, environment)).toEqual({ there: true, bytes: model.length });
  });

  it('is pinned to its commit, verified, and described by its own files', async () => {
    const { environment } = await hubWith({ 'team/bert': textRepository });
    const backbone = await hfHub('hf:team/bert', { environment });
    const commit = commitOf(textRepository);
    expect(backbone).toMatchObject({
      id: 'team/bert',
      family: 'bert',
      modality: 'text',
      licence: { spdx: 'Apache-2.0' },
    });
    expect(pinnedReference(backbone)).toBe(`hf:team/bert@${commit}#onnx/model.onnx`);
    const loaded = await load(backbone);
    expect((await readFile(loaded.modelPath)).equals(model)).toBe(true);
    expect(loaded.preprocessing).toMatchObject({
      kind: 'text',
      maxLength: 48,
      inputs: { mask: 'attention_mask', types: null },
    });
    expect(loaded.features.pooling).toBe('mean');
    expect(Object.keys(loaded.assets ?? {})).toEqual(['tokenizer.json', 'tokenizer_config.json']);
  });

  it('lies in the cache as huggingface_hub lays it out, and is not fetched twice', async () => {
    const { environment, requests } = await hubWith({ 'team/bert': textRepository });
    await load(await hfHub('hf:team/bert', { environment }));
    const folder = join(cache, 'models--team--bert');
    const commit = commitOf(textRepository);
    expect(await readFile(join(folder, 'refs/main'), 'utf8')).toBe(commit);
    const link = await readlink(join(folder, 'snapshots', commit, 'onnx/model.onnx'));
    expect(link).toMatch(/^\.\.\/\.\.\/\.\.\/blobs\/[0-9a-f]{64}$/);
    const contents = (): number => requests.filter((line) => /resolve|lfs/.test(line)).length;
    const before = contents();
    await load(await hfHub('hf:team/bert', { environment }));
    expect(contents()).toBe(before);
  });

  it('loads offline once it is cached, and says so where it is not', async () => {
    const { environment } = await hubWith({ 'team/bert': textRepository });
    await load(await hfHub('hf:team/bert', { environment }));
    const offline = { ...environment, endpoint: 'http://127.0.0.1:9', offline: true };
    const backbone = await hfHub('hf:team/bert', { environment: offline });
    expect(backbone.source).toMatchObject({ revision: commitOf(textRepository) });
    await load(backbone);
    await expect(hfHub('hf:team/other', { environment: offline })).rejects.toThrow(
      /HF_HUB_OFFLINE is set and team\/other@main is not cached; run once without/,
    );
  });
});

describe('a transfer that goes wrong', () => {
  it('goes on where it broke', async () => {
    const faults = Array.from({ length: 6 }, (): Fault => ({ kind: 'break', after: 1500 }));
    const { environment, requests } = await hubWith(
      {
        'team/bert': {
          files: {
            'README.md': card,
            'onnx/model.onnx': model,
            'tokenizer.json': textFiles['tokenizer.json'] as string,
            'tokenizer_config.json': '{}',
          },
        },
      },
      [{ kind: 'status', status: 429, retryAfter: 0 }, ...faults.slice(0, 2)],
    );
    const loaded = await load(await hfHub('hf:team/bert', { environment }));
    expect((await readFile(loaded.modelPath)).equals(model)).toBe(true);
    expect(requests.some((line) => /bytes=1500-/.test(line))).toBe(true);
  });

  it('is refused where the content is not what the hub says', async () => {
    const { environment } = await hubWith({ 'team/bert': textRepository }, [{ kind: 'garble' }]);
    await expect(hfHub('hf:team/bert', { environment })).rejects.toThrow(/has the digest .* fetch it again/);
  });

  it.each<[string, Fault[], RegExp]>([
    [
      'too many requests',
      Array.from({ length: 6 }, () => ({ kind: 'status', status: 429, retryAfter: 0 })),
      /received too many requests/,
    ],
    [
      'a broken hub',
      Array.from({ length: 6 }, () => ({ kind: 'status', status: 503, retryAfter: 0 })),
      /the hub responded with status 503/,
    ],
    ['a gate', [{ kind: 'status', status: 403 }], /gated; accept its terms/],
  ])('ends in a sentence: %s', async (_, faults, message) => {
    const { environment } = await hubWith({ 'team/bert': textRepository }, faults);
    await expect(hfHub('hf:team/bert', { environment })).rejects.toThrow(message);
  });
});

describe('a mirror with bad intent', () => {
  const lies: Record<string, NonNullable<HubRepository['lie']>> = {
    'a commit that is a path': { info: (info) => ({ ...info, sha: '../../../outside' }) },
    'a commit in other letters': { info: (info) => ({ ...info, sha: 'A'.repeat(40) }) },
    'a file above the folder': { entry: (entry) => ({ ...entry, path: '../../../../outside' }) },
    'an absolute file': { entry: (entry) => ({ ...entry, path: '/outside' }) },
    'a file of Windows': { entry: (entry) => ({ ...entry, path: 'a\\..\\outside' }) },
    'an object that is a path': { entry: (entry) => ({ ...entry, oid: '../../../outside', lfs: undefined }) },
    'a large object that is a path': {
      entry: (entry) => ({ ...entry, lfs: { oid: 'sha256:../../../../outside', size: 4, pointerSize: 1 } }),
    },
    'a size that is none': { entry: (entry) => ({ ...entry, size: -1, lfs: undefined }) },
  };
  it.each(Object.entries(lies))('writes nothing outside the cache: %s', async (_, lie) => {
    const root = cache;
    onTestFinished(() => rm(root, { recursive: true, force: true }));
    cache = join(root, 'a', 'b', 'c', 'd');
    const { environment } = await hubWith({ 'team/bert': { ...textRepository, lie } });
    await expect(hfHub('hf:team/bert', { environment }).then(load)).rejects.toThrow(
      /invalid response .*; nothing was saved; check HF_ENDPOINT/,
    );
    const found = await readdir(root, { recursive: true });
    expect(found.filter((name) => name.endsWith('outside'))).toEqual([]);
  });

  it('is stopped at the size that it told of', async () => {
    const { environment } = await hubWith({ 'team/bert': textRepository }, [
      { kind: 'more', bytes: 5_000_000 },
    ]);
    await expect(hfHub('hf:team/bert', { environment }).then(load)).rejects.toThrow(
      /the hub sent more than the \d+ bytes that it declared for/,
    );
    const kept = await readdir(join(cache, 'models--team--bert', 'blobs'));
    for (const name of kept) {
      expect((await stat(join(cache, 'models--team--bert', 'blobs', name))).size).toBeLessThan(1_000_000);
    }
  });

  it('is led outside by no reference either', async () => {
    for (const text of ['hf:team/bert@../../x', 'hf:../bert', 'hf:team/bert#../x.onnx', 'hf:..']) {
      await expect(hfHub(text, {})).rejects.toThrow(/does not name a model/);
    }
  });
});

describe('access', () => {
  it('takes a token, which no other host is given', async () => {
    const { environment, requests } = await hubWith({ 'team/secret': { ...textRepository, token: 'hf_x' } });
    await expect(hfHub('hf:team/secret', { environment })).rejects.toThrow(
      /private, gated or does not exist; set HF_TOKEN/,
    );
    const known = { ...environment, token: 'hf_x' };
    await load(await hfHub('hf:team/secret', { environment: known }));
    const stored = requests.filter((line) => line.includes('/lfs/'));
    expect(stored.length).toBeGreaterThan(0);
    expect(stored.some((line) => line.includes('token'))).toBe(false);
    await expect(hfHub('hf:team/secret', { environment: { ...environment, token: 'hf_y' } })).rejects.toThrow(
      /HF_TOKEN was rejected/,
    );
  });

  it('says what a missing repository, revision, file or network needs', async () => {
    const { environment } = await hubWith({ 'team/bert': textRepository });
    await expect(hfHub('hf:team/none', { environment })).rejects.toThrow(/does not exist/);
    await expect(hfHub('hf:team/bert@v9', { environment })).rejects.toThrow(/the hub has no team\/bert@v9/);
    await expect(hfHub('hf:team/bert#a.onnx', { environment })).rejects.toThrow(
      /has no file a\.onnx; its models are onnx\/model\.onnx/,
    );
    await expect(hfHub('hf:a/b/c', { environment })).rejects.toThrow(/does not name a model/);
    const nowhere = { ...environment, endpoint: 'http://127.0.0.1:9' };
    await expect(hfHub('hf:team/bert', { environment: nowhere })).rejects.toThrow(
      /cannot reach the hub at .*HF_HUB_OFFLINE=1/,
    );
  });
});

describe('a repository that cannot be used', () => {
  const without = (...names: readonly string[]): Files =>
    Object.fromEntries(Object.entries(textFiles).filter(([name]) => !names.includes(name)));
  it.each<[string, Files, RegExp]>([
    [
      'safetensors alone',
      { ...without('onnx/model.onnx', 'onnx/model_quantized.onnx'), 'model.safetensors': 'x' },
      /only safetensors weights .* optimum-cli export onnx --model team\/bert/,
    ],
    ['quantised models alone', without('onnx/model.onnx'), /only quantised models .*cannot be trained/],
    [
      'several models',
      { ...without('onnx/model.onnx'), 'a.onnx': 'x', 'b.onnx': 'x' },
      /several models \(a\.onnx, b\.onnx\); choose one with hf:team\/bert@main#a\.onnx/,
    ],
    [
      'a configuration that is no JSON',
      { ...textFiles, 'config.json': '{' },
      /config\.json of team\/bert is not JSON/,
    ],
    ['no tokenizer', without('tokenizer.json'), /has no tokenizer\.json/],
  ])('says why: %s', async (_, files, message) => {
    const { environment } = await hubWith({ 'team/bert': { files } });
    await expect(hfHub('hf:team/bert', { environment }).then(load)).rejects.toThrow(message);
  });
});

it("reads the environment as the hub's own tools do", () => {
  expect(
    hubEnvironment({ HF_HOME: '/x', HF_TOKEN: ' t ', HF_ENDPOINT: 'http://mirror/', HF_HUB_OFFLINE: '1' }),
  ).toEqual({
    endpoint: 'http://mirror',
    token: 't',
    offline: true,
    cache: join('/x', 'hub'),
  });
  expect(hubEnvironment({ HF_HUB_CACHE: '/c' })).toMatchObject({ cache: '/c', token: null, offline: false });
});

testBackbone('a text model of the hub', async () => {
  const hub = await startHub({ 'team/bert': textRepository });
  const folder = await mkdtemp(join(tmpdir(), 'espalier-hub-conformance-'));
  const environment = { endpoint: hub.endpoint, token: null, offline: false, cache: folder };
  return hfHub('hf:team/bert', { environment });
});

testBackbone('a folder laid out as the hub lays models out', () => hfFolder(tiny));
