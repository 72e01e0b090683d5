import type { Preprocessing } from '@espalier/transfer';
import { audioEncoder } from './audio.js';
import { bagEncoder } from './bag.js';
import type { Encoder } from './encoder.js';
import { imageEncoder } from './image.js';
import { textEncoder } from './text.js';

export type { Encodable, Encoder, EncoderInput, Shapes, Values } from './encoder.js';
export { bucketLengths } from './text.js';

/**
 * Opens a preprocessing.
 *
 * @param input name of the graph's input, for modalities whose preprocessing does not name it
 * @param assets paths of the files it reads, such as a tokenizer's
 * @throws TokenizerError where the tokenizer is missing or another model's
 */
export function openEncoder(
  preprocessing: Preprocessing,
  input: string,
  assets: Readonly<Record<string, string>> = {},
): Promise<Encoder> {
  switch (preprocessing.kind) {
    case 'image':
      return Promise.resolve(imageEncoder(preprocessing, input));
    case 'audio':
      return Promise.resolve(audioEncoder(preprocessing, input));
    case 'bag':
      return Promise.resolve(bagEncoder(preprocessing));
    case 'text':
      return textEncoder(preprocessing, assets);
  }
}
