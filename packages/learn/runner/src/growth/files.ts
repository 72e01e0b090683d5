import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { splitNames, type SplitName } from '@espalier/data';
import { writeFileAtomic } from '@espalier/base/files';
import { float32 } from '@espalier/onnx';
import { modalitySchema, type Modality } from '@espalier/transfer';
import { z } from 'zod';
import type { StudyData } from '../study/examples.js';
import { readWeights, writeWeights } from '../training/checkpoint.js';

/** Content hashes of the examples of each split. */
export type Assignment = Readonly<Record<SplitName, readonly string[]>>;

const hashes = z.array(z.string()).readonly();

const examplesSchema = z.strictObject({
  version: z.literal(1),
  modality: modalitySchema,
  classes: z.array(z.string()).readonly(),
  splits: z.strictObject({ train: hashes, validation: hashes, test: hashes }),
});

/** The examples of a study by their contents, for studies that grow it. */
export interface KnownExamples {
  readonly modality: Modality;
  readonly classes: readonly string[];
  readonly splits: Assignment;
}

const examplesPath = (folder: string): string => join(folder, 'examples.json');
const answersPath = (folder: string): string => join(folder, 'answers.bin');
const ANSWERS = 'test';

export const knownOf = ({ modality, classes, splits }: StudyData): KnownExamples => {
  const of = (name: SplitName): string[] => splits[name].map(({ contentHash }) => contentHash);
  return {
    modality,
    classes,
    splits: { train: of('train'), validation: of('validation'), test: of('test') },
  };
};

/** Writes which examples a study has, and in which split. */
export async function writeExamples(
  folder: string,
  { modality, classes, splits }: KnownExamples,
): Promise<void> {
  await mkdir(folder, { recursive: true });
  const content = { version: 1, modality, classes, splits };
  await writeFileAtomic(examplesPath(folder), `${JSON.stringify(content)}\n`);
}

/** Which examples a study has; null where it is of a version that did not write it. */
export async function readExamples(folder: string): Promise<KnownExamples | null> {
  const text = await readFile(examplesPath(folder), 'utf8').catch(() => null);
  if (text === null) return null;
  const { modality, classes, splits } = examplesSchema.parse(JSON.parse(text));
  return { modality, classes, splits };
}

/** Writes what the answer said of the test examples before it learnt from any of them: [test, outputs]. */
export const writeAnswers = (folder: string, answers: Float32Array): Promise<void> =>
  writeWeights(answersPath(folder), new Map([[ANSWERS, float32([answers.length], answers)]]));

/** What the answer said of the test examples, in their order; null where the study did not keep it. */
export async function readAnswers(folder: string): Promise<Float32Array | null> {
  const kept = await readWeights(answersPath(folder));
  return (kept?.get(ANSWERS)?.data as Float32Array | undefined) ?? null;
}

/** The split of each example by its content. */
export const splitsByContent = (splits: Assignment): Map<string, SplitName> =>
  new Map(splitNames.flatMap((name) => splits[name].map((hash): [string, SplitName] => [hash, name])));
