import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { inspectInputs } from '@espalier/conformance';
import { randomCheckpoint } from '@espalier/conformance/architectures';
import { licenceFromSpdx, type Backbone, type LoadedBackbone } from '@espalier/transfer';
import { afterAll, expect, it, onTestFinished } from 'vitest';
import {
  defineFamily,
  hfFolder,
  hfHub,
  openFamily,
  pinnedReference,
  torchvisionProcessor,
  type HubEnvironment,
} from './index.js';
import { startHub, type Files } from './testing.js';

const folder = await mkdtemp(join(tmpdir(), 'espalier-family-'));
afterAll(() => rm(folder, { recursive: true, force: true }));
const { files } = await randomCheckpoint('vgg');
const model = files['vgg16_Opset18.onnx'] as Uint8Array;

const family = defineFamily({
  id: 'vision-plain',
  family: 'plain',
  modality: 'image',
  modelTypes: ['plain'],
  citation: 'nobody',
  features: { pooling: 'mean' },
  checkpoint: { reference: 'hf:team/plain', licence: licenceFromSpdx('MIT') },
});

async function hubOf(contents: Files): Promise<HubEnvironment> {
  const hub = await startHub({ 'team/plain': { files: contents }, 'team/other': { files: contents } });
  onTestFinished(() => hub.close());
  return {
    endpoint: hub.endpoint,
    token: null,
    offline: false,
    cache: await mkdtemp(join(folder, 'cache-')),
  };
}

const load = (backbone: Backbone): Promise<LoadedBackbone> =>
  backbone.load({ inspectInputs, cacheFolder: folder });

async function folderOf(name: string, contents: Files): Promise<string> {
  for (const [path, content] of Object.entries(contents)) {
    await mkdir(dirname(join(folder, name, path)), { recursive: true });
    await writeFile(join(folder, name, path), content);
  }
  return join(folder, name);
}

it('a licence that the card states counts more than what is known of the default checkpoint', async () => {
  const card = '---\nlicense: cc-by-nc-4.0\n---\n';
  const stated = await openFamily(family, undefined, {
    environment: await hubOf({ 'model.onnx': model, 'README.md': card }),
  });
  expect(stated.licence).toMatchObject({ spdx: 'CC-BY-NC-4.0', commercialUse: 'forbidden' });
});

it('what is known of the licence is only known of the default checkpoint, and is said', async () => {
  const environment = await hubOf({ 'model.onnx': model });
  const withProcessor = { ...family, processor: torchvisionProcessor(224, 256) };
  const known = await openFamily(withProcessor, undefined, { environment });
  expect(known.licence.spdx).toBe('MIT');
  expect((await load(known)).notes).toEqual([
    'its licence, MIT, is the licence of the published weights; this copy states none',
    'it has no preprocessor_config.json; the usual preprocessing of its family is assumed',
  ]);
  const other = await openFamily(withProcessor, 'hf:team/other', { environment });
  expect(other.licence.spdx).toBe('unknown');
});

it('preprocessing is asked for where neither the files nor the family know it', async () => {
  const environment = await hubOf({ 'model.onnx': model });
  await expect(openFamily(family, undefined, { environment }).then(load)).rejects.toThrow(
    /team\/plain has no preprocessor_config\.json, .* add the file that it was trained with/,
  );
});

it('a family may name its stages', async () => {
  const environment = await hubOf({ 'model.onnx': model });
  const stages: readonly string[] = ['a', 'b'];
  const named = { ...family, stages, processor: torchvisionProcessor(224, 256) };
  expect((await load(await openFamily(named, undefined, { environment }))).stages).toEqual(stages);
});

it('folders and files may have any names', async () => {
  const place = await folderOf('lr=0.1 of #3 (new)', { 'model.onnx': model, 'config.json': '{}' });
  expect((await openFamily(family, place)).id).toBe('lr-0.1-of-3-new-');
  const environment = await hubOf({ 'a model.onnx': model });
  const found = await openFamily(family, undefined, { environment });
  const reference = pinnedReference(found) as string;
  expect(reference).toMatch(/#a model\.onnx$/);
  expect((await openFamily(family, reference, { environment })).source).toEqual(found.source);
});

it('says which of several models to take, in the words that take it', async () => {
  const several = { 'a.onnx': model, 'b.onnx': model };
  const environment = await hubOf(several);
  await expect(openFamily(family, 'hf:team/other@v1', { environment })).rejects.toThrow(
    /choose one with hf:team\/other@v1#a\.onnx/,
  );
  await expect(openFamily(family, await folderOf('several', several))).rejects.toThrow(
    /keep one of them in the folder/,
  );
});

it('a folder of another family is sent back without naming a repository that is not there', async () => {
  const place = await folderOf('other', { 'model.onnx': model, 'config.json': '{"model_type":"bert"}' });
  await expect(openFamily(family, place)).rejects.toThrow(
    /other has the model_type bert, but vision-plain takes plain; give it without 'vision-plain='/,
  );
});

it.each([
  ['gpt', 'last'],
  ['xlnet', 'last'],
  ['bert', 'mean'],
] as const)('without its family, %s is pooled by %s', async (name, pooling) => {
  const place = await folderOf(`text-${name}`, (await randomCheckpoint(name)).files);
  // What has no usual name has to be alone.
  const opened = name === 'gpt' ? await hfHubOf(name) : await hfFolder(place);
  expect((await load(opened)).features.pooling).toBe(pooling);
});

async function hfHubOf(name: 'gpt'): Promise<Backbone> {
  const environment = await hubOf((await randomCheckpoint(name)).files);
  return hfHub('hf:team/other#onnx/decoder_model.onnx', { environment });
}
