import { testFamily } from '@espalier/plugin-hf-hub/vitest';
import { visionEfficientnet } from './index.js';

testFamily(visionEfficientnet, 'efficientnet', { stages: 18, modelType: null });
