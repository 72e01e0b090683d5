import { testFamily } from '@espalier/plugin-hf-hub/vitest';
import { audioWav2vec2 } from './index.js';

testFamily(audioWav2vec2, 'wav2vec2', { stages: 7, modelType: 'wav2vec2' });
