import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { sha256Of } from '@espalier/files';
import { defineBackbone, licenceFromSpdx, tokenizerFiles, verifyEmbedded } from '@espalier/transfer';

/** Of weights/text-mini.onnx; tools/pretrain prints it. */
const sha256 = '19bf809bdd170026582d7d8cf60a8888899d4ff1293c43ddf1735c0c35fb44c3';
/** From src/ and from dist/ alike. */
const weightsFile = (name: string): string => fileURLToPath(new URL(`../weights/${name}`, import.meta.url));

/**
 * A transformer of two blocks for English texts that comes with the platform: pre-trained by Espalier
 * itself to guess hidden words of dictionaries that may be used freely, so it needs no download.
 */
export const textMini = defineBackbone({
  id: 'text-mini',
  family: 'text-mini',
  modality: 'text',
  parameters: 1_365_632,
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
      notes: [],
    };
  },
});

export default textMini;
