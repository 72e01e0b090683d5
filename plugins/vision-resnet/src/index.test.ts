import { imagenetLook, testFamily } from '@espalier/plugin-hf-hub/vitest';
import { visionResnet } from './index.js';

testFamily(visionResnet, 'resnet', {
  stages: 5,
  preprocessing: imagenetLook(224, 0.875, 'cubic'),
});
