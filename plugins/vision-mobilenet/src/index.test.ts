import { imagenetLook, testFamily } from '@espalier/plugin-hf-hub/vitest';
import { visionMobilenet } from './index.js';

testFamily(visionMobilenet, 'mobilenet', {
  stages: 19,
  preprocessing: imagenetLook(224, 0.875, 'linear'),
});
