import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Modality } from '@espalier/transfer';
import { z } from 'zod';
import { ZeroShotError } from './errors.js';

/** A way in which a model pairs texts with examples. */
export interface Kind {
  readonly modality: Modality;
  /** The name of transformers.js for it. */
  readonly task:
    'zero-shot-classification' | 'zero-shot-image-classification' | 'zero-shot-audio-classification';
  /** The sentence a label is put into, at `{}`. */
  readonly template: string;
}

/** By the architecture a model's configuration names. */
const paired: Readonly<Record<string, Kind>> = {
  clip: { modality: 'image', task: 'zero-shot-image-classification', template: 'a photo of {}' },
  chinese_clip: { modality: 'image', task: 'zero-shot-image-classification', template: 'a photo of {}' },
  siglip: { modality: 'image', task: 'zero-shot-image-classification', template: 'a photo of {}' },
  clap: { modality: 'audio', task: 'zero-shot-audio-classification', template: 'the sound of {}' },
};

/** Natural language inference: does the text entail that it is about the label (Yin et al., 2019)? */
const inference: Kind = {
  modality: 'text',
  task: 'zero-shot-classification',
  template: 'This text is about {}.',
};

const configSchema = z.object({
  model_type: z.string().optional(),
  label2id: z.record(z.string(), z.number()).optional(),
});

/**
 * What a model folder's configuration says it pairs with texts.
 *
 * @throws ZeroShotError where it pairs nothing
 */
export async function kindOf(folder: string): Promise<Kind> {
  const path = join(folder, 'config.json');
  if (!existsSync(path))
    throw new ZeroShotError(`there is no config.json in ${folder}; give a model's folder`);
  const config = configSchema.safeParse(JSON.parse(await readFile(path, 'utf8')));
  const { model_type: type = 'unknown', label2id = {} } = config.data ?? {};
  const known = paired[type];
  if (known !== undefined) return known;
  if (Object.keys(label2id).some((label) => label.toLowerCase() === 'entailment')) return inference;
  throw new ZeroShotError(
    `a model of type ${type} pairs no names with examples; choose a CLIP or SigLIP model for images, a CLAP model for ` +
      'recordings, or a model of natural language inference (with a label "entailment") for texts',
  );
}
