import type { Preprocessing } from '@espalier/transfer';
import { modalities } from '../modalities/index.js';
import type { Encoder } from './encoder.js';

export type { Encodable, Encoder, EncoderInput, Shapes, Values } from './encoder.js';
export { bucketLengths } from '../modalities/text/encoder.js';

/**
 * Opens a preprocessing.
 *
 * @param input name of the graph's input, for modalities whose preprocessing does not name it
 * @param assets paths of the files it reads, such as a tokenizer's
 * @throws TokenizerError where the tokenizer is missing or another model's
 */
export async function openEncoder(
  preprocessing: Preprocessing,
  input: string,
  assets: Readonly<Record<string, string>> = {},
): Promise<Encoder> {
  for (const [, part] of modalities.entries()) {
    const encoder = part.openEncoder(preprocessing, input, assets);
    if (encoder !== null) return encoder;
  }
  throw new RangeError(`no modality opens a preprocessing of the kind ${preprocessing.kind}`);
}
