import { join } from 'node:path';
import { float32, headNames, writeModel } from '@espalier/onnx';
import { createRandom } from '@espalier/random';
import { prepareBackbone } from './backbone.js';
import { assembleModel } from './export.js';
import { tinyBackbone } from './test-fixtures.js';
import { tinyTextBackbone } from './test-texts.js';
import type { StudyHeader } from './journal.js';
import { studySettingsSchema } from './settings.js';

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

/** What the journal of a study of one backbone begins with. */
export function headerOf(
  startedAt: string,
  freezeDepths: readonly [number, ...number[]] = [0, 1, 2],
): StudyHeader {
  const settings = studySettingsSchema.parse({
    command: 'espalier search pets',
    dataset: { path: '/pets' },
    backbones: ['tiny'],
    cache: { folder: '/cache', bytes: 1000 },
  });
  const { learningRate, layerDecay, weightDecay } = settings;
  const backbones = [{ id: 'tiny', freezeDepths: [...freezeDepths] as [number, ...number[]] }];
  return {
    type: 'study',
    version: 1,
    startedAt,
    settings,
    space: { backbones, learningRate, layerDecay, weightDecay, augmentation: ['none'] },
    data: 'data',
    models: ['model'],
    elapsed: 0,
  };
}
