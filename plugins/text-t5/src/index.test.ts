import { testFamily } from '@espalier/plugin-hf-hub/vitest';
import { textT5 } from './index.js';

testFamily(textT5, 't5', {
  stages: 4,
  preprocessing: { kind: 'text', maxLength: 512, padId: 0 },
});
