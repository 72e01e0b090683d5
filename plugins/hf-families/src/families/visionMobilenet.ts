import { defineFamily, torchvisionProcessor } from '@espalier/plugin-hf-hub';
import { licenceFromSpdx } from '@espalier/transfer';

/** MobileNet: separable convolutions, made for phones. */
export const visionMobilenet = defineFamily({
  id: 'vision-mobilenet',
  family: 'mobilenet',
  modality: 'image',
  modelTypes: ['mobilenet_v1', 'mobilenet_v2'],
  citation: 'Sandler et al., "MobileNetV2: Inverted Residuals and Linear Bottlenecks", 2018',
  features: { pooling: 'mean' },
  processor: torchvisionProcessor(224, 256),
  checkpoint: {
    reference: 'hf:onnxmodelzoo/mobilenetv2-12@23a2a25eaaa6fcd61865414c8a1acf13dda66b7a#mobilenetv2-12.onnx',
    licence: licenceFromSpdx('Apache-2.0'),
  },
});
