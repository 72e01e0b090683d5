import { z } from 'zod';
import { bracketed, faultsOf } from './faults.js';
import { preprocessingSchema } from './preprocessing.js';

/** The version of this interface; a plugin outside the repository states the one it was made for. */
export const TRANSFER_INTERFACE_VERSION = 1;

export const modalitySchema = z.enum(['image', 'text', 'audio']);
export type Modality = z.infer<typeof modalitySchema>;

export const licenceSchema = z.strictObject({
  /** An SPDX identifier, or `unknown` where the source states none. */
  spdx: z.string().min(1),
  /** `unknown` counts as forbidden under `--commercial`: a guard errs on the safe side. */
  commercialUse: z.enum(['allowed', 'forbidden', 'unknown']),
});
export type Licence = z.infer<typeof licenceSchema>;

export const sourceSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('embedded'), package: z.string(), sha256: z.string() }),
  z.strictObject({ kind: z.literal('file'), path: z.string() }),
  z.strictObject({
    kind: z.literal('hub'),
    hub: z.enum(['huggingface', 'pytorch', 'tensorflow', 'keras']),
    repository: z.string(),
    revision: z.string(),
    file: z.string(),
    sha256: z.string().optional(),
  }),
]);
export type Source = z.infer<typeof sourceSchema>;

export const poolingSchema = z.enum(['mean', 'cls', 'last', 'none']);
export type Pooling = z.infer<typeof poolingSchema>;

export const featuresSchema = z.strictObject({
  /** The tensor the head reads; by default the data input of the network's last linear layer. */
  tensor: z.string().optional(),
  /** Pooling of a tensor with spatial or time axes into one vector; `none` for a tensor without such axes. */
  pooling: poolingSchema.default('mean'),
});
export type Features = z.infer<typeof featuresSchema>;

/** Result of loading a plugin's backbone: a file and its metadata, never code to run. */
const loadedSchema = z.object({
  /** Path of the forward graph in ONNX, verified and available offline. */
  modelPath: z.string().min(1),
  preprocessing: preprocessingSchema,
  /** Files that the preprocessing reads, such as a tokenizer's: path by name; an export carries them along. */
  assets: z
    .record(z.string().regex(/^[\w.-]+$/), z.string().min(1))
    .readonly()
    .optional(),
  features: featuresSchema,
  /** Names of cut tensors, input side first; found in the graph when absent. */
  stages: z.array(z.string()).nonempty().readonly().optional(),
  /** Facts the user should see, such as a setting that was assumed. */
  notes: z.array(z.string()).readonly(),
});

/** Result of `load()` as the author of a plugin writes it; fields with a default are optional. */
export type LoadedBackbone = Readonly<z.input<typeof loadedSchema>>;
/** Validated result of `load()`, with every default filled in. */
export type ReadyBackbone = Readonly<z.output<typeof loadedSchema>>;

export interface GraphInput {
  readonly name: string;
  readonly dtype: string;
  /** A number, or the name of a symbolic dimension such as the batch. */
  readonly shape: readonly (number | string)[];
}

/** Services for a plugin while it loads. */
export interface LoadContext {
  /** Reads the declared inputs of an ONNX file, after validating the file. */
  readonly inspectInputs: (modelPath: string) => Promise<readonly GraphInput[]>;
  /** A folder the plugin may keep downloads in; shared by processes, kept between runs. */
  readonly cacheFolder: string;
}

export const backboneIdentitySchema = z.strictObject({
  id: z.string().regex(/^[a-z0-9][a-z0-9._:/@-]*$/i, 'an id must be letters, digits and . _ : / @ -'),
  family: z.string().min(1),
  modality: modalitySchema,
  /** Trainable scalars, `null` where only loading can tell. */
  parameters: z.number().int().positive().nullable(),
  licence: licenceSchema,
  source: sourceSchema,
  citation: z.string().optional(),
});
export type BackboneIdentity = z.infer<typeof backboneIdentitySchema>;

export interface Backbone extends BackboneIdentity {
  /** Does the work: finds, verifies and describes the file. Throws {@link BackboneError}. */
  readonly load: (context: LoadContext) => Promise<LoadedBackbone>;
}

/** A backbone that was declared: what it loads is checked and complete. */
export interface DefinedBackbone extends Backbone {
  readonly load: (context: LoadContext) => Promise<ReadyBackbone>;
}

/** A backbone that cannot be described or loaded; the message says what is wrong and what to do. */
export class BackboneError extends Error {
  override readonly name = 'BackboneError';
}

/**
 * Declares a backbone. Checks the identity at once and what `load` returns when it is called,
 * so that a mistake in a plugin is reported by the plugin's name and not deep in a trial.
 */
export function defineBackbone(definition: Backbone): DefinedBackbone {
  const { load, ...identity } = definition;
  const parsed = backboneIdentitySchema.safeParse(identity);
  if (!parsed.success) {
    throw new BackboneError(`backbone ${definition.id}: ${faultsOf(parsed.error, bracketed)}`);
  }
  return {
    ...parsed.data,
    load: async (context) => {
      const loaded = loadedSchema.safeParse(await load(context));
      if (!loaded.success) {
        throw new BackboneError(
          `backbone ${definition.id}: load() returned an invalid object: ${faultsOf(loaded.error, bracketed)}`,
        );
      }
      return loaded.data;
    },
  };
}
