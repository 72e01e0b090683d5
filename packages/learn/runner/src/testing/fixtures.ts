import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { writeModel } from '@espalier/onnx';
import { tinyNetwork, type TinyNetworkOptions } from '@espalier/onnx/testing';
import { defineBackbone, licenceFromSpdx, normalisations, type DefinedBackbone } from '@espalier/transfer';
import { studyRequestSchema, type Environment, type Range, type StudyRequest } from '@espalier/study';

export async function temporaryFolder(): Promise<{ path: string; remove: () => Promise<void> }> {
  const path = await mkdtemp(join(tmpdir(), 'espalier-runner-'));
  return { path, remove: () => rm(path, { recursive: true, force: true }) };
}

/** A backbone of the tiny network, written into `folder`. */
export async function tinyBackbone(
  folder: string,
  options: TinyNetworkOptions & { readonly spdx?: string } = {},
): Promise<DefinedBackbone> {
  const modelPath = join(
    folder,
    `tiny-${options.seed ?? 1}-${options.unknownOperator === true}-${options.widthMultiplier ?? 1}.onnx`,
  );
  await writeModel(modelPath, tinyNetwork(options));
  const size = options.size ?? 24;
  return defineBackbone({
    id: 'tiny',
    family: 'tiny',
    modality: 'image',
    parameters: null,
    licence: licenceFromSpdx(options.spdx ?? 'MIT'),
    source: { kind: 'file', path: modelPath },
    load: async () => ({
      modelPath,
      preprocessing: {
        kind: 'image',
        height: size,
        width: size,
        fit: 'crop',
        cropFraction: 1,
        interpolation: 'linear',
        layout: 'nchw',
        channels: 'rgb',
        ...normalisations.unit,
        mean: [...normalisations.unit.mean],
        std: [...normalisations.unit.std],
      },
      features: { pooling: 'mean' },
      notes: [],
    }),
  });
}

type Change = Omit<Partial<StudyRequest>, 'training' | 'budget' | 'dataset'> & {
  readonly dataset?: object;
  readonly training?: object;
  readonly budget?: object;
};

/** A small study of the tiny backbone. */
export const tinySettings = (root: string, change: Change = {}): StudyRequest =>
  studyRequestSchema.parse({
    command: 'espalier search pictures',
    dataset: { path: join(root, 'pictures'), validation: 0.2, test: 0.2 },
    backbones: ['tiny'],
    seed: 3,
    budget: { trials: 4, epochs: 3 },
    ...change,
    training: { leastSteps: 1, ...change.training },
    space: { ...tinySpace, ...change.space },
  });

export const list = (...values: readonly (number | string)[]): Range => ({ kind: 'choices', values });

const tinySpace = { freezeDepth: list(0, 2, 4), augmentation: list('none', 'flip'), batch: list(16) };

/** Where a study of the tiny backbone lies, and what its machine has. */
export const tinyOptions = (
  root: string,
  name: string,
  cache: Environment['cache'] = { folder: join(root, 'cache'), bytes: 2 ** 30 },
): { folder: string; environment: Environment } => ({
  folder: join(root, name),
  // More threads would spin beside those of other tests.
  environment: { cache, threads: 1 },
});
