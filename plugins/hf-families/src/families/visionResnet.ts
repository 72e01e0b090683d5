import { defineFamily, torchvisionProcessor } from '@espalier/plugin-hf-hub';
import { licenceFromSpdx } from '@espalier/transfer';

/** ResNet: convolutions whose blocks learn what to add to their input. */
export const visionResnet = defineFamily({
  id: 'vision-resnet',
  family: 'resnet',
  modality: 'image',
  modelTypes: ['resnet'],
  citation: 'He et al., "Deep Residual Learning for Image Recognition", 2016',
  features: { pooling: 'mean' },
  processor: torchvisionProcessor(224, 256),
  checkpoint: {
    reference: 'hf:Xenova/resnet-50@6791d258f4afcf677b8fb933a4f571b10c8bf725#onnx/model.onnx',
    licence: licenceFromSpdx('Apache-2.0'),
  },
});
