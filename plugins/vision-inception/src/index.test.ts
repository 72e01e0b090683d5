import { imagenetLook, testFamily } from '@espalier/plugin-hf-hub/vitest';
import { visionInception } from './index.js';

testFamily(visionInception, 'inception', {
  stages: 12,
  preprocessing: imagenetLook(299, 299 / 342, 'linear'),
});
