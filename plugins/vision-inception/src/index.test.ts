import { testFamily } from '@espalier/plugin-hf-hub/vitest';
import { visionInception } from './index.js';

testFamily(visionInception, 'inception', {
  stages: 12,
  preprocessing: {
    kind: 'image',
    height: 299,
    width: 299,
    fit: 'crop',
    cropFraction: 299 / 342,
    interpolation: 'linear',
    mean: [0.485, 0.456, 0.406],
    std: [0.229, 0.224, 0.225],
  },
});
