import { testFamily } from '@espalier/plugin-hf-hub/vitest';
import { textXlnet } from './index.js';

testFamily(textXlnet, 'xlnet', { stages: 3, modelType: 'xlnet' });
