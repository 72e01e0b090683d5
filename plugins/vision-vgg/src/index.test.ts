import { imagenetLook, testFamily } from '@espalier/plugin-hf-hub/vitest';
import { visionVgg } from './index.js';

testFamily(visionVgg, 'vgg', {
  stages: 8,
  preprocessing: imagenetLook(224, 0.875, 'linear'),
});
