import { join } from 'node:path';
import { float32, headNames, writeModel } from '@espalier/onnx';
import { createRandom } from '@espalier/base/random';
import { prepareBackbone } from '../backbone/backbone.js';
import { assembleModel } from '../answer/export.js';
import { tinyBackbone } from './fixtures.js';
import { tinyTextBackbone } from './texts.js';

/** The classes of {@link writeTinyModel}. */
export const tinyLabels = ['one', 'two', 'three'] as const;

/**
 * Writes a model as a search leaves it, with random weights, into a folder; for tests of what reads
 * finished models. Gives the folder.
 */
export async function writeTinyModel(folder: string, modality: 'image' | 'text'): Promise<string> {
  const backbone = await (modality === 'image' ? tinyBackbone(folder) : tinyTextBackbone(folder));
  const prepared = await prepareBackbone(backbone, folder);
  const random = createRandom('tiny model');
  const classes = tinyLabels.length;
  const weight = Float32Array.from({ length: prepared.width * classes }, () => random.normal());
  const weights = new Map([
    [headNames.weight, float32([prepared.width, classes], weight)],
    [headNames.bias, float32([classes], new Float32Array(classes))],
  ]);
  const model = assembleModel(prepared, weights, {
    version: 1,
    labels: [...tinyLabels],
    preprocessing: prepared.loaded.preprocessing,
    backbone: backbone.id,
    licence: backbone.licence,
    freezeDepth: 0,
    seed: 0,
  });
  await writeModel(join(folder, 'model.onnx'), model);
  return folder;
}
