import { readdir, readFile, stat } from 'node:fs/promises';
import { basename, dirname, extname, join, resolve } from 'node:path';
import {
  BackboneError,
  featuresSchema,
  imagePreprocessingSchema,
  licenceSchema,
  normalisations,
  type NormalisationName,
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
  /** The model file, relative to this description; needed where the description does not lie beside it. */
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
}

export const DESCRIPTION_NAME = 'espalier.json';

/**
 * Finds the model and its description from a path to either, or to a folder that holds them: the
 * description is `espalier.json` in the folder, or `<model>.json` beside the file; it may be absent.
 *
 * @throws BackboneError where nothing is there, or the folder holds several models
 */
export async function describe(path: string): Promise<Described> {
  const full = resolve(path);
  const info = await stat(full).catch(() => null);
  if (info === null) throw new BackboneError(`there is no backbone at ${path}; check the path`);
  if (info.isDirectory()) return describeFolder(full);
  if (extname(full) === '.json') return describeJson(full);
  const beside = `${full.slice(0, -extname(full).length)}.json`;
  const description =
    (await readDescription(beside)) ?? (await readDescription(join(dirname(full), DESCRIPTION_NAME)));
  return { modelPath: full, description: description ?? descriptionSchema.parse({}) };
}

async function describeFolder(folder: string): Promise<Described> {
  const models = (await readdir(folder)).filter((name) => name.endsWith('.onnx')).sort();
  const description = await readDescription(join(folder, DESCRIPTION_NAME));
  if (description?.model !== undefined) return describeJson(join(folder, DESCRIPTION_NAME));
  const [only, ...others] = models;
  if (only === undefined) throw new BackboneError(`${folder} holds no .onnx file to use as a backbone`);
  if (others.length > 0) {
    throw new BackboneError(`${folder} holds several models (${models.join(', ')}); give the path of one`);
  }
  return describe(join(folder, only));
}

async function describeJson(path: string): Promise<Described> {
  const description = await readDescription(path);
  if (description === null) throw new BackboneError(`there is no description at ${path}`);
  const beside = basename(path) === DESCRIPTION_NAME ? 'model.onnx' : `${basename(path, '.json')}.onnx`;
  return { modelPath: resolve(dirname(path), description.model ?? beside), description };
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
  throw new BackboneError(`${path} does not describe a backbone: ${z.prettifyError(parsed.error)}`);
}
