import { imagenetLook, testFamily, type FamilyFacts } from '@espalier/plugin-hf-hub/vitest';
import { describe, expect, it } from 'vitest';
import { families, type FamilyName } from './index.js';

/** Facts of the small network of each family. */
const facts: Readonly<Record<FamilyName, FamilyFacts>> = {
  'text-bert': {
    architecture: 'bert',
    stages: 5,
    preprocessing: { kind: 'text', maxLength: 32, padId: 0 },
  },
  'text-roberta': {
    architecture: 'roberta',
    stages: 5,
    preprocessing: { kind: 'text', maxLength: 32, padId: 1 },
  },
  'text-gpt': {
    architecture: 'gpt',
    stages: 4,
    preprocessing: { kind: 'text', maxLength: 32 },
  },
  'text-t5': {
    architecture: 't5',
    stages: 4,
    preprocessing: { kind: 'text', maxLength: 512, padId: 0 },
  },
  'text-xlnet': {
    architecture: 'xlnet',
    stages: 3,
    preprocessing: { kind: 'text', maxLength: 512, padId: 5 },
  },
  'vision-resnet': {
    architecture: 'resnet',
    stages: 5,
    preprocessing: imagenetLook(224, 0.875, 'cubic'),
  },
  'vision-vgg': {
    architecture: 'vgg',
    stages: 8,
    preprocessing: imagenetLook(224, 0.875, 'linear'),
  },
  'vision-efficientnet': {
    architecture: 'efficientnet',
    stages: 18,
    preprocessing: imagenetLook(224, 0.875, 'cubic'),
  },
  'vision-inception': {
    architecture: 'inception',
    stages: 12,
    preprocessing: imagenetLook(299, 299 / 342, 'linear'),
  },
  'vision-mobilenet': {
    architecture: 'mobilenet',
    stages: 19,
    preprocessing: imagenetLook(224, 0.875, 'linear'),
  },
  'audio-wav2vec2': {
    architecture: 'wav2vec2',
    stages: 7,
    preprocessing: { kind: 'audio', sampleRate: 16_000, samples: 64_000, normalise: 'unit' },
  },
};

it.each([...families.entries()])('%s stands under its own name', (name, family) => {
  expect(family.id).toBe(name);
});

for (const name of families.names) {
  describe(name, () => testFamily(families.get(name), facts[name]));
}
