import { testFamily } from '@espalier/plugin-hf-hub/vitest';
import { textBert } from './index.js';

testFamily(textBert, 'bert', { stages: 5, modelType: 'bert' });
