import { testFamily } from '@espalier/plugin-hf-hub/vitest';
import { visionMobilenet } from './index.js';

testFamily(visionMobilenet, 'mobilenet', { stages: 19, modelType: null });
