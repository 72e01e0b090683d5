import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  identityView,
  loadPreprocessed,
  pathOf,
  readDataset,
  splitDataset,
  type Example,
} from '@espalier/data';
import type { ImagePreprocessing } from '@espalier/transfer';
import { generateSurfaces } from '../../surfaces/generate.js';

/** Labelled inputs of the network. */
export interface Examples {
  readonly labels: readonly number[];
  readonly images: readonly Float32Array[];
}

export interface Task {
  readonly classes: number;
  readonly train: Examples;
  /** The same, mirrored. */
  readonly flipped: Examples;
  readonly validation: Examples;
}

/** Share of the pictures that the choice of a recipe is made on. */
const VALIDATION = 0.25;

/** `perClass` generated surfaces a class, split for training and choosing. */
export async function drawTask(
  seed: number,
  perClass: number,
  preprocessing: ImagePreprocessing,
): Promise<Task> {
  return withSurfaces(seed, perClass, preprocessing.width, async (folder) => {
    const { examples, classes } = await readDataset(folder);
    const split = splitDataset(examples, { seed, validation: VALIDATION, test: 0 });
    const load = (rows: readonly number[], flip = false): Promise<Examples> =>
      loadExamples(
        rows.flatMap((row) => examples[row] ?? []),
        preprocessing,
        flip,
      );
    return {
      classes: classes.length,
      train: await load(split.train),
      flipped: await load(split.train, true),
      validation: await load(split.validation),
    };
  });
}

/** Surfaces to test on, all of them. */
export function drawTest(
  seed: number,
  perClass: number,
  preprocessing: ImagePreprocessing,
): Promise<Examples> {
  return withSurfaces(seed, perClass, preprocessing.width, async (folder) =>
    loadExamples((await readDataset(folder)).examples, preprocessing),
  );
}

async function withSurfaces<T>(
  seed: number,
  perClass: number,
  size: number,
  use: (folder: string) => Promise<T>,
): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'espalier-evaluate-'));
  try {
    await generateSurfaces({ folder, perClass, seed, size });
    return await use(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function loadExamples(
  examples: readonly Example[],
  preprocessing: ImagePreprocessing,
  flip = false,
): Promise<Examples> {
  const view = { ...identityView, flip };
  return {
    labels: examples.map(({ label }) => label),
    images: await Promise.all(
      examples.map((example) => loadPreprocessed(pathOf(example), preprocessing, view)),
    ),
  };
}
