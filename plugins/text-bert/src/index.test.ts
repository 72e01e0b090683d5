import { testFamily } from '@espalier/plugin-hf-hub/vitest';
import { textBert } from './index.js';

testFamily(textBert, 'bert', {
  stages: 5,
  preprocessing: { kind: 'text', maxLength: 32, padId: 0 },
});
