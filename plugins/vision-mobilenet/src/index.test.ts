import { testFamily } from '@espalier/plugin-hf-hub/vitest';
import { visionMobilenet } from './index.js';

testFamily(visionMobilenet, 'mobilenet', {
  stages: 19,
  preprocessing: {
    kind: 'image',
    height: 224,
    width: 224,
    fit: 'crop',
    cropFraction: 0.875,
    interpolation: 'linear',
    mean: [0.485, 0.456, 0.406],
    std: [0.229, 0.224, 0.225],
  },
});
