import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { sha256Of } from '@espalier/base/files';
import { defineBackbone, licenceFromSpdx, tokenizerFiles, verifyEmbedded } from '@espalier/transfer';

/** Of weights/text-mini.onnx; tools/pretrain prints it. */
const sha256 = 'fb96c3617875014d3a02d58be06c9418fc526b5c7b6dee3e63c0339c8f39ed38';
/** From src/ and from dist/ alike. */
const weightsFile = (name: string): string => fileURLToPath(new URL(`../weights/${name}`, import.meta.url));

/**
 * A network for English texts that comes with the platform, so it needs no download: vectors of words from
 * what dictionaries that may be used freely say of them, and a transformer of two blocks on these, which
 * Espalier itself pre-trained to guess hidden words.
 */
export const textMini = defineBackbone({
  id: 'text-mini',
  family: 'text-mini',
  modality: 'text',
  parameters: 543_813,
  licence: licenceFromSpdx('Apache-2.0'),
  source: { kind: 'embedded', package: '@espalier/plugin-text-mini', sha256 },
  citation: 'Devlin et al., "BERT: Pre-training of Deep Bidirectional Transformers", NAACL 2019',
  load: async () => {
    const modelPath = weightsFile('text-mini.onnx');
    await verifyEmbedded('text-mini', modelPath, sha256);
    const assets = Object.fromEntries(tokenizerFiles.map((name) => [name, weightsFile(name)]));
    return {
      modelPath,
      preprocessing: {
        kind: 'text',
        tokenizer: sha256Of(...(await Promise.all(Object.values(assets).map((path) => readFile(path))))),
        maxLength: 64,
        padId: 0,
        inputs: { ids: 'input_ids', mask: 'attention_mask', types: null, positions: null },
        prefix: '',
      },
      assets,
      features: { tensor: 'hidden', pooling: 'mean' },
      stages: ['vectors', 'x1'],
      notes: [],
    };
  },
});

export default textMini;
