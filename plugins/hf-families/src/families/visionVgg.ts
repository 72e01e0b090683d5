import { defineFamily, torchvisionProcessor } from '@espalier/plugin-hf-hub';
import { licenceFromSpdx } from '@espalier/transfer';

/** VGG: plain stacks of 3 x 3 convolutions. It has 138 million parameters, most of them in two linear layers. */
export const visionVgg = defineFamily({
  id: 'vision-vgg',
  family: 'vgg',
  modality: 'image',
  modelTypes: [],
  citation:
    'Simonyan & Zisserman, "Very Deep Convolutional Networks for Large-Scale Image Recognition", 2015',
  features: { pooling: 'mean' },
  processor: torchvisionProcessor(224, 256),
  checkpoint: {
    reference: 'hf:onnxmodelzoo/vgg16_Opset18_torch_hub#vgg16_Opset18.onnx',
    licence: licenceFromSpdx('BSD-3-Clause'),
  },
});
