import { testFamily } from '@espalier/plugin-hf-hub/vitest';
import { textXlnet } from './index.js';

testFamily(textXlnet, 'xlnet', {
  stages: 3,
  preprocessing: { kind: 'text', maxLength: 512, padId: 5 },
});
