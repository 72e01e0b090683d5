import { testFamily } from '@espalier/plugin-hf-hub/vitest';
import { visionVgg } from './index.js';

testFamily(visionVgg, 'vgg', { stages: 8, modelType: null });
