import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { writePictures } from '@espalier/data/testing';
import { writeModel } from '@espalier/onnx';
import { tinyNetwork } from '@espalier/onnx/testing';
import { afterAll } from 'vitest';
import type { SearchOptions } from '../index.js';

export interface Ground {
  readonly root: string;
  readonly pictures: string;
  /** Options of a search of the small network that takes a second. */
  readonly options: (folder: string, change?: Partial<SearchOptions>) => SearchOptions;
}

/** A folder with pictures and a small network; removed at the end of the test file. */
export async function playground(): Promise<Ground> {
  const root = await mkdtemp(join(tmpdir(), 'espalier-sdk-'));
  afterAll(() => rm(root, { recursive: true, force: true }));
  const [pictures, model] = [join(root, 'pictures'), join(root, 'tiny.onnx')];
  await writePictures(pictures, 20);
  await writeModel(model, tinyNetwork());
  const options: Ground['options'] = (folder, change = {}) => ({
    dataset: pictures,
    backbones: [model],
    folder: join(root, folder),
    seed: 5,
    space: { freezeDepth: [0, 2, 4], augmentation: 'none', batch: 16 },
    budget: { trials: 3, epochs: 3 },
    cache: { folder: join(root, 'cache') },
    engine: { threads: 1 },
    ...change,
  });
  return { root, pictures, options };
}
