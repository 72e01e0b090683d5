import { testFamily } from '@espalier/plugin-hf-hub/vitest';
import { visionResnet } from './index.js';

testFamily(visionResnet, 'resnet', {
  stages: 5,
  preprocessing: {
    kind: 'image',
    height: 224,
    width: 224,
    fit: 'crop',
    cropFraction: 0.875,
    interpolation: 'cubic',
    mean: [0.485, 0.456, 0.406],
    std: [0.229, 0.224, 0.225],
  },
});
