import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { writeTinyNetwork } from '@espalier/conformance';
import { testBackbone } from '@espalier/conformance/vitest';
import { BackboneError, type GraphInput, type LoadedBackbone } from '@espalier/transfer';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { onnxFile } from './index.js';

let root: string;
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'espalier-onnx-file-'));
});
afterAll(() => rm(root, { recursive: true, force: true }));

/** A folder with a model and other files. */
async function folderWith(name: string, files: Readonly<Record<string, string>>): Promise<string> {
  const folder = join(root, name);
  await mkdir(folder, { recursive: true });
  await writeTinyNetwork(join(folder, 'model.onnx'));
  for (const [file, content] of Object.entries(files)) await writeFile(join(folder, file), content);
  return folder;
}

const load = async (
  path: string,
  shape: GraphInput['shape'] = ['N', 3, 24, 24],
  dtype = 'float32',
): Promise<LoadedBackbone> =>
  (await onnxFile(path)).load({
    cacheFolder: root,
    inspectInputs: async () => [{ name: 'image', dtype, shape }],
  });

testBackbone('a local file', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'espalier-onnx-file-'));
  await writeTinyNetwork(join(folder, 'tiny.onnx'));
  return onnxFile(join(folder, 'tiny.onnx'));
});

testBackbone('a local file that reads NHWC', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'espalier-onnx-file-'));
  await writeTinyNetwork(join(folder, 'model.onnx'), { layout: 'nhwc' });
  return onnxFile(folder);
});

describe('what is not stated', () => {
  it('is read from the graph, or assumed and said', async () => {
    const folder = await folderWith('plain', {});
    const torch = await load(folder);
    expect(torch.preprocessing).toMatchObject({
      layout: 'nchw',
      height: 24,
      channels: 'rgb',
      scale: 1 / 255,
    });
    expect(torch.notes.join()).toMatch(/licence is not stated.*'imagenet' is assumed/);
    const tensorflow = await load(folder, ['N', 'h', 'w', 3]);
    expect(tensorflow.preprocessing).toMatchObject({
      layout: 'nhwc',
      height: 224,
      width: 224,
      scale: 1 / 127.5,
    });
    expect(tensorflow.notes.join()).toMatch(/does not fix the .*height; 224 is assumed/);
    expect((await load(folder, [1, 1, 28, 28])).preprocessing).toMatchObject({
      channels: 'grey',
      height: 28,
    });
  });

  it('is taken from a LICENSE file where there is one', async () => {
    const folder = await folderWith('licensed', { LICENSE: 'Apache License\n   Version 2.0, January 2004' });
    expect((await onnxFile(folder)).licence).toEqual({ spdx: 'Apache-2.0', commercialUse: 'allowed' });
    const other = await folderWith('other', { LICENSE: 'All rights reserved.' });
    expect((await onnxFile(other)).licence).toEqual({ spdx: 'unknown', commercialUse: 'unknown' });
  });
});

describe('a description', () => {
  const description = {
    id: 'my-net',
    licence: 'CC-BY-NC-4.0',
    preprocessing: { height: 32, width: 40, fit: 'squash', channels: 'bgr', normalisation: 'caffe' },
    features: { tensor: 'last_relu', pooling: 'mean' },
  };

  it('says all there is to say, beside the model or elsewhere', async () => {
    const folder = await folderWith('described', { 'espalier.json': JSON.stringify(description) });
    const away = join(root, 'away.json');
    await writeFile(away, JSON.stringify({ ...description, model: 'described/model.onnx' }));
    for (const path of [folder, join(folder, 'model.onnx'), join(folder, 'espalier.json'), away]) {
      const backbone = await onnxFile(path);
      expect(backbone).toMatchObject({ id: 'my-net', licence: { commercialUse: 'forbidden' } });
      expect(await load(path)).toMatchObject({
        modelPath: join(folder, 'model.onnx'),
        preprocessing: { height: 32, width: 40, fit: 'squash', channels: 'bgr', mean: [104, 117, 123] },
        features: { tensor: 'last_relu' },
        notes: [],
      });
    }
  });

  it('of another model in the folder is left alone, and that is said', async () => {
    const folder = await folderWith('neighbours', {
      'espalier.json': JSON.stringify({ model: 'a.onnx', id: 'free', licence: 'MIT' }),
    });
    for (const name of ['a.onnx', 'b.onnx', 'c']) await writeTinyNetwork(join(folder, name));
    expect(await onnxFile(folder)).toMatchObject({ id: 'free', source: { path: join(folder, 'a.onnx') } });
    expect(await onnxFile(join(folder, 'a.onnx'))).toMatchObject({ id: 'free', licence: { spdx: 'MIT' } });
    for (const id of ['b', 'c']) {
      const path = join(folder, id === 'b' ? 'b.onnx' : id);
      expect(await onnxFile(path)).toMatchObject({ id, licence: { commercialUse: 'unknown' } });
      expect((await load(path)).notes).toContain('espalier.json is not used: it describes a.onnx');
    }
    await symlink('a.onnx', join(folder, 'same.onnx'));
    expect(await onnxFile(join(folder, 'same.onnx'))).toMatchObject({ id: 'free' });
  });

  it('that names no model is about model.onnx, else about the only .onnx file', async () => {
    const licence = JSON.stringify({ licence: 'MIT' });
    const folder = await folderWith('unnamed', { 'espalier.json': licence });
    await writeTinyNetwork(join(folder, 'b.onnx'));
    const spdxOf = async (path: string): Promise<string> => (await onnxFile(path)).licence.spdx;
    expect(await spdxOf(join(folder, 'model.onnx'))).toBe('MIT');
    expect(await spdxOf(join(folder, 'espalier.json'))).toBe('MIT');
    expect(await spdxOf(join(folder, 'b.onnx'))).toBe('unknown');
    await rm(join(folder, 'model.onnx'));
    for (const path of ['', 'b.onnx', 'espalier.json']) {
      expect(await onnxFile(join(folder, path))).toMatchObject({ id: 'b', licence: { spdx: 'MIT' } });
    }
    await writeTinyNetwork(join(folder, 'c.onnx'));
    await expect(spdxOf(join(folder, 'b.onnx'))).rejects.toThrow(
      /which model.*b\.onnx, c\.onnx.*add "model"/,
    );
    await expect(spdxOf(join(folder, 'espalier.json'))).rejects.toThrow(/does not say which model/);
    await writeFile(join(folder, 'c.json'), JSON.stringify({ id: 'see' }));
    expect(await onnxFile(join(folder, 'c.onnx'))).toMatchObject({ id: 'see' });
  });

  it('is looked for by name beside a file without an ending', async () => {
    const folder = await folderWith('bare', { '.json': '{"id": "wrong"}' });
    await writeTinyNetwork(join(folder, 'net'));
    const before = process.cwd();
    process.chdir(folder);
    onTestFinished(() => process.chdir(before));
    expect((await onnxFile(join(folder, 'net'))).id).toBe('net');
    await writeFile(join(folder, 'net.json'), '{"id": "right"}');
    expect((await onnxFile(join(folder, 'net'))).id).toBe('right');
    await writeTinyNetwork(join(folder, 'net.onnx'));
    expect((await onnxFile(join(folder, 'net'))).id).toBe('net');
  });

  it.each([
    ['not JSON', '{"id":', /espalier.json is not JSON/],
    ['of another kind', '{"nonsense": 1}', /does not describe a backbone.*nonsense/s],
    ['with an impossible size', '{"preprocessing": {"height": 2}}', /does not describe a backbone/],
  ])('that is %s is refused', async (name, text, message) => {
    const folder = await folderWith(`bad ${name}`, { 'espalier.json': text });
    await expect(onnxFile(folder)).rejects.toThrow(BackboneError);
    await expect(onnxFile(folder)).rejects.toThrow(message);
  });
});

describe('a path', () => {
  it('to nothing, to an empty folder and to several models is refused', async () => {
    await expect(onnxFile(join(root, 'nowhere'))).rejects.toThrow(/no backbone at/);
    const empty = join(root, 'empty');
    await mkdir(empty);
    await expect(onnxFile(empty)).rejects.toThrow(/does not contain an .onnx file/);
    const folder = await folderWith('several', {});
    await writeTinyNetwork(join(folder, 'second.onnx'));
    await expect(onnxFile(folder)).rejects.toThrow(/several models \(model.onnx, second.onnx\)/);
  });

  it('to a network that reads no images is refused', async () => {
    await expect(load(await folderWith('words', {}), ['N', 16_000])).rejects.toThrow(
      /no image input with four axes.*recordings.*config.json and preprocessor_config.json/,
    );
    await expect(load(await folderWith('numbers', {}), ['N', 4])).rejects.toThrow(
      /inputs are: image \[N, 4\]$/,
    );
    await expect(load(await folderWith('tokens', {}), ['N', 'length'], 'int64')).rejects.toThrow(
      /no image input with four axes.*tokens of texts.*config.json and tokenizer.json/,
    );
    await expect(load(await folderWith('odd', {}), ['N', 5, 7, 9])).rejects.toThrow(
      /no axis of 1 or 3 channels/,
    );
  });
});
