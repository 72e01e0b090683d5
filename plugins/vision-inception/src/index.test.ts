import { testFamily } from '@espalier/plugin-hf-hub/vitest';
import { visionInception } from './index.js';

testFamily(visionInception, 'inception', { stages: 12, modelType: null });
