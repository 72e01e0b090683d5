import { readdir, readFile, realpath, stat } from 'node:fs/promises';
import { basename, dirname, extname, join, parse, resolve } from 'node:path';
import {
  BackboneError,
  featuresSchema,
  imagePreprocessingSchema,
  licenceSchema,
  normalisations,
  type NormalisationName,
  faultsOf,
} from '@espalier/transfer';
import { z } from 'zod';

const normalisationNames = Object.keys(normalisations) as [NormalisationName, ...NormalisationName[]];

/** Every field can be left out: what is missing is taken from the graph, or assumed and said. */
const preprocessingDescription = imagePreprocessingSchema
  .omit({ kind: true, scale: true, mean: true, std: true })
  .partial()
  .extend({
    /** Without a default: the graph tells grey from colour. */
    channels: z.enum(['rgb', 'bgr', 'grey']).optional(),
    /** A name, or the numbers of `(pixel * scale - mean) / std`. */
    normalisation: z
      .union([
        z.enum(normalisationNames),
        z.strictObject({
          scale: imagePreprocessingSchema.shape.scale,
          mean: imagePreprocessingSchema.shape.mean,
          std: imagePreprocessingSchema.shape.std,
        }),
      ])
      .optional(),
  });

export const descriptionSchema = z.strictObject({
  /** The model file, relative to this description; needed unless its place says which one it is about. */
  model: z.string().min(1).optional(),
  id: z.string().min(1).optional(),
  family: z.string().min(1).optional(),
  /** An SPDX identifier. */
  licence: z.string().min(1).optional(),
  /** Overrides what the identifier says, for licences that are not in the table. */
  commercialUse: licenceSchema.shape.commercialUse.optional(),
  citation: z.string().optional(),
  preprocessing: preprocessingDescription.default({}),
  features: featuresSchema.optional(),
  stages: z.array(z.string()).nonempty().optional(),
});
export type Description = z.infer<typeof descriptionSchema>;

/** A model file and what is written about it. */
export interface Described {
  readonly modelPath: string;
  readonly description: Description;
  readonly notes: readonly string[];
}

export const DESCRIPTION_NAME = 'espalier.json';
const MODEL_NAME = 'model.onnx';

/**
 * Finds the model and its description from a path to either, or to a folder that holds them: the
 * description is `<model>.json` beside the file, or `espalier.json` in the folder; it may be absent.
 *
 * An `espalier.json` speaks of the `model` it names, else of `model.onnx`, else of the only .onnx file
 * in its folder, and of no other: a model never takes the licence of its neighbour.
 *
 * @throws BackboneError where nothing is there, or it is not clear which of several models is meant
 */
export async function describe(path: string): Promise<Described> {
  const full = resolve(path);
  const info = await stat(full).catch(() => null);
  if (info === null) throw new BackboneError(`there is no backbone at ${path}; check the path`);
  if (info.isDirectory()) return describeFolder(full);
  return extname(full) === '.json' ? describeJson(full) : describeModel(full);
}

async function describeFolder(folder: string): Promise<Described> {
  const path = join(folder, DESCRIPTION_NAME);
  const description = await readDescription(path);
  if (description?.model !== undefined) return describeJson(path);
  const models = await modelsIn(folder);
  const [only, ...others] = models;
  if (only === undefined) throw new BackboneError(`the folder ${folder} does not contain an .onnx file`);
  if (others.length > 0) {
    throw new BackboneError(
      `the folder ${folder} contains several models (${models.join(', ')}); give the path of one`,
    );
  }
  return describeModel(join(folder, only));
}

async function describeJson(path: string): Promise<Described> {
  const description = await readDescription(path);
  if (description === null) throw new BackboneError(`there is no description at ${path}; check the path`);
  return { modelPath: await subjectOf(path, description), description, notes: [] };
}

async function describeModel(modelPath: string): Promise<Described> {
  const folder = dirname(modelPath);
  const notes: string[] = [];
  for (const name of new Set([`${parse(modelPath).name}.json`, DESCRIPTION_NAME])) {
    const description = await readDescription(join(folder, name));
    if (description === null) continue;
    const subject = await subjectOf(join(folder, name), description, modelPath);
    if (await isSameFile(subject, modelPath)) return { modelPath, description, notes };
    notes.push(`${name} is not used: it describes ${basename(subject)}`);
  }
  return { modelPath, description: descriptionSchema.parse({}), notes };
}

/**
 * The model that a description is about.
 *
 * @param fallback what `<model>.json` describes where there is no `<model>.onnx`
 */
async function subjectOf(path: string, { model }: Description, fallback?: string): Promise<string> {
  const { dir, base, name } = parse(path);
  if (model !== undefined) return resolve(dir, model);
  const models = await modelsIn(dir);
  if (base !== DESCRIPTION_NAME) {
    const namesake = `${name}.onnx`;
    return models.includes(namesake) ? join(dir, namesake) : (fallback ?? join(dir, namesake));
  }
  const subject = models.includes(MODEL_NAME) ? MODEL_NAME : models[0];
  if (subject !== undefined && (subject === MODEL_NAME || models.length === 1)) return join(dir, subject);
  throw new BackboneError(
    `${path} does not say which model it describes (${models.join(', ') || 'there is no .onnx file'}); ` +
      'add "model", or name it after the model',
  );
}

const modelsIn = async (folder: string): Promise<string[]> =>
  (await readdir(folder)).filter((name) => name.endsWith('.onnx')).sort();

async function isSameFile(a: string, b: string): Promise<boolean> {
  const [first, second] = await Promise.all([a, b].map((path) => realpath(path).catch(() => path)));
  return first === second;
}

async function readDescription(path: string): Promise<Description | null> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw new BackboneError(`cannot read ${path}: ${(error as Error).message}`, { cause: error });
  }
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw new BackboneError(`${path} is not JSON: ${(cause as Error).message}`, { cause });
  }
  const parsed = descriptionSchema.safeParse(value);
  if (parsed.success) return parsed.data;
  throw new BackboneError(`${path} does not describe a backbone: ${faultsOf(parsed.error)}`);
}
