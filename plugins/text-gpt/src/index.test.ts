import { testFamily } from '@espalier/plugin-hf-hub/vitest';
import { textGpt } from './index.js';

testFamily(textGpt, 'gpt', {
  stages: 4,
  preprocessing: { kind: 'text', maxLength: 32 },
});
