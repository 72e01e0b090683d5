import { join } from 'node:path';
import { tokenizerHash } from '@espalier/data';
import { piecesOf, textWords, writeWordPiece } from '@espalier/data/testing';
import { writeModel } from '@espalier/onnx';
import { transformerNetwork } from '@espalier/onnx/testing';
import { createRandom } from '@espalier/base/random';
import { defineBackbone, licenceFromSpdx, type Backbone, type Pooling } from '@espalier/transfer';

const MOST_TOKENS = 48;

/** A random transformer of two blocks with its tokenizer, written into `folder`. */
export async function tinyTextBackbone(
  folder: string,
  pooling: Pooling = 'mean',
  width = 16,
): Promise<Backbone> {
  const assets = await writeWordPiece(folder, piecesOf(textWords));
  const modelPath = join(folder, `text-${width}.onnx`);
  const random = createRandom('tiny transformer');
  const sizes = { width, heads: 2, layers: 2, inner: 2 * width, positions: MOST_TOKENS };
  const vocabulary = 5 + piecesOf(textWords).length;
  await writeModel(modelPath, transformerNetwork({ ...sizes, vocabulary, normal: () => random.normal() }));
  return defineBackbone({
    id: 'tiny-text',
    family: 'tiny',
    modality: 'text',
    parameters: null,
    licence: licenceFromSpdx('MIT'),
    source: { kind: 'file', path: modelPath },
    load: async () => ({
      modelPath,
      preprocessing: {
        kind: 'text',
        tokenizer: await tokenizerHash(assets),
        maxLength: MOST_TOKENS,
        padId: 0,
        inputs: { ids: 'input_ids', mask: 'attention_mask', types: null, positions: null },
        prefix: '',
      },
      assets,
      features: { pooling },
      notes: [],
    }),
  });
}
