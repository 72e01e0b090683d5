import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { writeModel } from '@espalier/onnx';
import { tinyNetwork } from '@espalier/onnx/testing';
import { describe, expect, it, onTestFinished } from 'vitest';
import {
  findBackbone,
  listBackbones,
  predict,
  resume,
  search,
  SdkError,
  type SearchOptions,
} from '../index.js';
import { playground } from '../testing/playground.js';

const { root, options } = await playground();

const failure = async (change: object): Promise<SdkError> => {
  const error: unknown = await search({ ...options('out'), ...change } as SearchOptions).catch(
    (caught: unknown) => caught,
  );
  expect(error).toBeInstanceOf(SdkError);
  expect(existsSync(join(root, 'out'))).toBe(false);
  return error as SdkError;
};

describe('options that cannot be used are named', () => {
  it.each<[object, RegExp, (string | number)[]]>([
    [{ epochs: 3 }, /search: there is no option 'epochs'; there are .*dataset, backbones/, ['epochs']],
    [
      { budget: { epoch: 3 } },
      /no option 'budget.epoch'; budget takes trials, epochs, totalEpochs, seconds/,
      ['budget', 'epoch'],
    ],
    [
      { dataset: { path: 'x', tset: 0.1 } },
      /no option 'dataset.tset'; dataset takes path, /,
      ['dataset', 'tset'],
    ],
    [{ budget: { trials: 0 } }, /option budget.trials is invalid: .*0/, ['budget', 'trials']],
    [{ dataset: undefined }, /option dataset.path .*give a path/, ['dataset', 'path']],
    [{ dataset: { path: 'x', validation: 1.5 } }, /dataset.validation .*1/, ['dataset', 'validation']],
    [{ seed: -1 }, /option seed/, ['seed']],
    [{ backbones: [] }, /option backbones/, ['backbones']],
    [
      { space: { learningRate: { kind: 'choices', values: [0] } } },
      /option space.learningRate.values.0/,
      ['space', 'learningRate', 'values', 0],
    ],
    [{ space: { augmentation: ['flip', 'flip'] } }, /stands twice/, ['space', 'augmentation', 'values']],
    [
      { space: { layerDecoy: 1 } },
      /option space.layerDecoy .*no such dimension; there are method, freezeDepth, /,
      ['space', 'layerDecoy'],
    ],
    [
      { training: { optimizer: 'adam' } },
      /option training.optimizer .*no optimizer 'adam'; there are adamw, sgd/,
      ['training', 'optimizer'],
    ],
    [{ engine: { name: 'tfjs', threads: 2 } }, /has no option for the number of threads/, ['engine', 'name']],
    [{ onEvent: 'loud' }, /option onEvent .*it must be a function/, ['onEvent']],
    [{ signal: {} }, /option signal .*AbortSignal/, ['signal']],
  ])('%o', async (change, message, path) => {
    const error = await failure(change);
    expect(error.message).toMatch(message);
    expect(error.issue?.path).toEqual(path);
  });

  it('by resume and predict too, the latter at once', async () => {
    await expect(resume('anywhere', { speed: 1 } as object)).rejects.toThrow(
      /resume: there is no option 'speed'; there are onEvent, signal, onTransfer/,
    );
    expect(() => predict('model', 'x', { batch: 0 })).toThrow(/predict: option batch is invalid/);
  });
});

describe('what is not there', () => {
  it('is said: a backbone, a checkpoint, a dataset', async () => {
    expect((await failure({ backbones: ['nope'] })).message).toMatch(
      /no backbone 'nope': give one of text-mini/,
    );
    expect((await failure({ backbones: ['text-bert='] })).message).toMatch(
      /'text-bert=' names no checkpoint/,
    );
    await expect(search(options('out', { dataset: join(root, 'nowhere') }))).rejects.toMatchObject({
      name: 'DatasetError',
      message: expect.stringMatching(/no dataset at .*nowhere/),
    });
    expect(existsSync(join(root, 'out'))).toBe(false);
  });
});

describe('findBackbone', () => {
  it('takes a folder of the working folder where somebody typed it, and not elsewhere', async () => {
    const before = process.cwd();
    process.chdir(root);
    onTestFinished(() => process.chdir(before));
    for (const name of ['mine', 'vision-mini']) {
      mkdirSync(join(root, name));
      await writeModel(join(root, name, 'model.onnx'), tinyNetwork());
    }
    expect(await findBackbone('mine')).toMatchObject({ id: 'mine', family: 'onnx-file' });
    // A name is a name first.
    expect((await findBackbone('vision-mini')).family).not.toBe('onnx-file');
    expect((await findBackbone('./vision-mini')).family).toBe('onnx-file');
    const paths = 'absolute';
    for (const relative of ['mine', './mine', 'mine/model.onnx', 'text-bert=mine', 'text-bert=./mine']) {
      await expect(findBackbone(relative, { paths })).rejects.toThrow(
        new RegExp(`no backbone '${relative}': give one of text-mini.*, the absolute path of`),
      );
    }
    expect(await findBackbone(join(root, 'mine'), { paths })).toMatchObject({ id: 'mine' });
    expect(await findBackbone('vision-mini', { paths })).toMatchObject({ modality: 'image' });
  });
});

describe('listBackbones', () => {
  it('names what can be found by its id, with licences and checkpoints', async () => {
    const all = await listBackbones();
    expect(new Set(all.map(({ id }) => id)).size).toBe(all.length);
    const along = all.filter(({ embedded }) => embedded);
    expect(along.map(({ id }) => id).sort()).toEqual(['audio-mini', 'text-mini', 'vision-mini']);
    for (const entry of along)
      expect(await findBackbone(entry.id)).toMatchObject({ modality: entry.modality });
    expect(all.find(({ id }) => id === 'text-bert')).toMatchObject({
      family: 'bert',
      modality: 'text',
      embedded: false,
      checkpoint: expect.stringMatching(/^hf:google-bert\/bert-base-uncased@[0-9a-f]{40}#model\.onnx$/),
      licence: { spdx: 'Apache-2.0', commercialUse: 'allowed' },
      parameters: null,
    });
  });
});
