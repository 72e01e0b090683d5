import { fileURLToPath } from 'node:url';
import { defineBackbone, licenceFromSpdx, verifyEmbedded } from '@espalier/transfer';

/** Of weights/vision-mini.onnx; tools/pretrain prints it. */
const sha256 = 'cddcbd75a98ec6c010bf51629745dd4a47569725385ffc2a9c8b2d5572a1c5ef';
/** From src/ and from dist/ alike. */
const weights = fileURLToPath(new URL('../weights/vision-mini.onnx', import.meta.url));

/**
 * A residual CNN for 96 x 96 pixels that comes with the platform: pre-trained by Espalier itself on
 * pictures drawn from formulas, so it needs no download and no one's photographs.
 */
export const visionMini = defineBackbone({
  id: 'vision-mini',
  family: 'vision-mini',
  modality: 'image',
  parameters: 441_888,
  licence: licenceFromSpdx('Apache-2.0'),
  source: { kind: 'embedded', package: '@espalier/plugin-vision-mini', sha256 },
  citation: 'Kataoka et al., "Pre-training without Natural Images", ACCV 2020',
  load: async () => {
    await verifyEmbedded('vision-mini', weights, sha256);
    return {
      modelPath: weights,
      preprocessing: {
        kind: 'image',
        height: 96,
        width: 96,
        fit: 'crop',
        cropFraction: 1,
        interpolation: 'linear',
        layout: 'nchw',
        channels: 'rgb',
        scale: 1 / 255,
        mean: [0.5, 0.5, 0.5],
        std: [0.25, 0.25, 0.25],
      },
      features: { tensor: 'features', pooling: 'mean' },
      notes: [],
    };
  },
});

export default visionMini;
