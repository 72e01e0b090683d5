import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { piecesOf, textWords, writeWordPiece } from '@espalier/data/testing';
import { writeModel } from '@espalier/onnx';
import { transformerNetwork } from '@espalier/onnx/testing';
import { createRandom } from '@espalier/base/random';

/** Writes a small random transformer as a folder laid out as the Hugging Face hub lays models out. */
export async function writeTinyTransformer(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  const pieces = piecesOf(textWords);
  const random = createRandom('tiny transformer');
  const sizes = { width: 16, heads: 2, layers: 2, inner: 32, positions: 48 };
  const vocabulary = 5 + pieces.length;
  const network = transformerNetwork({ ...sizes, vocabulary, normal: () => random.normal() });
  await writeModel(join(folder, 'model.onnx'), network);
  await writeWordPiece(folder, pieces);
  const config = { model_type: 'bert', max_position_embeddings: 48, pad_token_id: 0 };
  await writeFile(join(folder, 'config.json'), JSON.stringify(config));
  await writeFile(join(folder, 'README.md'), '---\nlicense: mit\n---\n');
}
