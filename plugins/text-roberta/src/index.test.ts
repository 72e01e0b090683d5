import { testFamily } from '@espalier/plugin-hf-hub/vitest';
import { textRoberta } from './index.js';

testFamily(textRoberta, 'roberta', {
  stages: 5,
  preprocessing: { kind: 'text', maxLength: 32, padId: 1 },
});
