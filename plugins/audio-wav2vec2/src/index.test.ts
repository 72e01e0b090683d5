import { testFamily } from '@espalier/plugin-hf-hub/vitest';
import { audioWav2vec2 } from './index.js';

testFamily(audioWav2vec2, 'wav2vec2', {
  stages: 7,
  preprocessing: { kind: 'audio', sampleRate: 16_000, samples: 64_000, normalise: 'unit' },
});
