import { testFamily } from '@espalier/plugin-hf-hub/vitest';
import { visionResnet } from './index.js';

testFamily(visionResnet, 'resnet', { stages: 5, modelType: 'resnet' });
