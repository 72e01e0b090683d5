import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { tokenizerHash } from '@espalier/data';
import { piecesOf, writeWordPiece } from '@espalier/data/testing';
import { writeModel } from '@espalier/onnx';
import { transformerNetwork } from '@espalier/onnx/testing';
import { createRandom } from '@espalier/random';
import { defineBackbone, licenceFromSpdx, type Backbone, type Pooling } from '@espalier/transfer';

const subjects = {
  billing: ['invoice', 'refund', 'charge', 'payment'],
  delivery: ['parcel', 'courier', 'shipping', 'address'],
  login: ['password', 'account', 'code', 'email'],
} as const;
const fillers = ['please', 'help', 'with', 'my', 'the', 'about', 'again', 'today', 'still', 'wrong', 'lost'];
const words = [...Object.values(subjects).flat(), ...fillers];

/** Sentences of three kinds, of 3 to 40 words, that single words tell apart. */
export async function writeTexts(path: string, perClass: number): Promise<void> {
  const lines = Object.entries(subjects).flatMap(([label, own]) =>
    Array.from({ length: perClass }, (_, i) => {
      const random = createRandom('text', label, i);
      const length = 3 + random.integer(random.uniform() < 0.3 ? 38 : 6);
      const sentence = Array.from({ length }, () => random.pick(random.uniform() < 0.5 ? own : fillers));
      return `${label},${sentence.join(' ')} ${random.pick(own)}`;
    }),
  );
  await writeFile(path, ['label,text', ...lines].join('\n'));
}

const MOST_TOKENS = 48;

/** A random transformer of two blocks with its tokenizer, written into `folder`. */
export async function tinyTextBackbone(folder: string, pooling: Pooling = 'mean'): Promise<Backbone> {
  const assets = await writeWordPiece(folder, piecesOf(words));
  const modelPath = join(folder, 'text.onnx');
  const random = createRandom('tiny transformer');
  const sizes = { width: 16, heads: 2, layers: 2, inner: 32, positions: MOST_TOKENS };
  const vocabulary = 5 + piecesOf(words).length;
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
