import { imagenetLook, testFamily } from '@espalier/plugin-hf-hub/vitest';
import { visionEfficientnet } from './index.js';

testFamily(visionEfficientnet, 'efficientnet', {
  stages: 18,
  preprocessing: imagenetLook(224, 0.875, 'cubic'),
});
