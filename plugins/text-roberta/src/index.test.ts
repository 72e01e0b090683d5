import { testFamily } from '@espalier/plugin-hf-hub/vitest';
import { textRoberta } from './index.js';

testFamily(textRoberta, 'roberta', { stages: 5, modelType: 'roberta' });
