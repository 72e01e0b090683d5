import { defineFamily, torchvisionProcessor } from '@espalier/plugin-hf-hub';
import { licenceFromSpdx } from '@espalier/transfer';

/** EfficientNet: depth, width and resolution grown together. */
export const visionEfficientnet = defineFamily({
  id: 'vision-efficientnet',
  family: 'efficientnet',
  modality: 'image',
  modelTypes: ['efficientnet'],
  citation: 'Tan & Le, "EfficientNet: Rethinking Model Scaling for Convolutional Neural Networks", 2019',
  features: { pooling: 'mean' },
  processor: torchvisionProcessor(224, 256, 3),
  checkpoint: {
    reference: 'hf:Kalray/efficientnet-b0@c7cdbbfc4eda1e43e3577a583135c1af05a80081#efficientNet-b0.onnx',
    licence: licenceFromSpdx('Apache-2.0'),
  },
});
