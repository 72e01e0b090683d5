import { defineFamily, torchvisionProcessor } from '@espalier/plugin-hf-hub';
import { licenceFromSpdx } from '@espalier/transfer';

/** InceptionV3: blocks of parallel convolutions of several sizes. */
export const visionInception = defineFamily({
  id: 'vision-inception',
  family: 'inception',
  modality: 'image',
  modelTypes: [],
  citation: 'Szegedy et al., "Rethinking the Inception Architecture for Computer Vision", 2016',
  features: { pooling: 'mean' },
  processor: torchvisionProcessor(299, 342),
  checkpoint: {
    reference: 'hf:Kalray/inception-v3#inception-v3.onnx',
    licence: licenceFromSpdx('Apache-2.0'),
  },
});
