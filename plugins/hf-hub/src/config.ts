import { z } from 'zod';
import { BackboneError, faultsOf } from '@espalier/transfer';
import { jsonOf, type Repository } from './repository.js';

const count = z.number().int().nonnegative();

/** Fields read from a model's `config.json`; others are ignored. */
export const configSchema = z.object({
  model_type: z.string().optional(),
  pad_token_id: count.nullish(),
  max_position_embeddings: count.nullish(),
  n_positions: count.nullish(),
  feat_extract_norm: z.string().nullish(),
});
export type ModelConfig = z.infer<typeof configSchema>;

/** Fields read from `tokenizer_config.json`. */
export const tokenizerConfigSchema = z.object({ model_max_length: z.number().nullish() });

const sizeSchema = z.union([
  z.number(),
  z.object({ height: z.number(), width: z.number() }),
  z.object({ shortest_edge: z.number() }),
]);

/** Fields read from `preprocessor_config.json`, of images and of recordings. */
export const processorSchema = z.object({
  image_processor_type: z.string().optional(),
  feature_extractor_type: z.string().optional(),
  do_resize: z.boolean().default(true),
  size: sizeSchema.optional(),
  crop_size: sizeSchema.optional(),
  do_center_crop: z.boolean().optional(),
  crop_pct: z.number().nullish(),
  resample: z.number().optional(),
  do_rescale: z.boolean().default(true),
  rescale_factor: z.number().optional(),
  do_normalize: z.boolean().default(true),
  image_mean: z.array(z.number()).optional(),
  image_std: z.array(z.number()).optional(),
  /** Of EfficientNet's processor, true where it is left out. */
  include_top: z.boolean().default(true),
  sampling_rate: z.number().int().optional(),
  feature_size: z.number().int().optional(),
  hop_length: z.number().int().optional(),
  n_fft: z.number().int().optional(),
  /** Seconds, of Whisper's extractor. */
  chunk_length: z.number().int().optional(),
  num_mel_bins: z.number().int().optional(),
  /** Frames, of the Audio Spectrogram Transformer's. */
  max_length: z.number().int().optional(),
  mean: z.number().optional(),
  std: z.number().optional(),
});
export type ProcessorConfig = z.infer<typeof processorSchema>;

/** A checked JSON file of a repository; null where it has none. */
export async function readConfig<T>(
  repository: Repository,
  path: string,
  schema: z.ZodType<T>,
): Promise<T | null> {
  const json = await jsonOf(repository, path);
  if (json === null) return null;
  const parsed = schema.safeParse(json);
  if (parsed.success) return parsed.data;
  throw new BackboneError(`${path} of ${repository.name} is invalid: ${faultsOf(parsed.error)}`);
}
