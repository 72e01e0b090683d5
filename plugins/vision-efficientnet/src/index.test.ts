import { testFamily } from '@espalier/plugin-hf-hub/vitest';
import { visionEfficientnet } from './index.js';

testFamily(visionEfficientnet, 'efficientnet', {
  stages: 18,
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
