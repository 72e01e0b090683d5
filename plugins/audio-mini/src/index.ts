import { fileURLToPath } from 'node:url';
import { defineBackbone, licenceFromSpdx, verifyEmbedded } from '@espalier/transfer';
import { preprocessing } from './preprocessing.js';

/** Of weights/audio-mini.onnx; tools/pretrain/audio prints it. */
const sha256 = '6febf830ede967f8f3cefd75930172a6537c03cc602ece2e5c47512e35ad987d';
/** From src/ and from dist/ alike. */
const weights = fileURLToPath(new URL('../weights/audio-mini.onnx', import.meta.url));

/**
 * A residual CNN on log-mel spectrograms of a second that comes with the platform: pre-trained by
 * Espalier itself on sounds synthesised from random recipes, so it needs no download and no one's
 * recordings.
 */
export const audioMini = defineBackbone({
  id: 'audio-mini',
  family: 'audio-mini',
  modality: 'audio',
  parameters: 515_328,
  licence: licenceFromSpdx('Apache-2.0'),
  source: { kind: 'embedded', package: '@espalier/plugin-audio-mini', sha256 },
  load: async () => {
    await verifyEmbedded('audio-mini', weights, sha256);
    return {
      modelPath: weights,
      preprocessing,
      features: { tensor: 'features', pooling: 'mean' },
      notes: [],
    };
  },
});

export { preprocessing };
export default audioMini;
