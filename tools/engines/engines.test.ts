import { requireSameTraining } from '@espalier/conformance';
import { createOnnxEngine, createTfjsEngine } from '@espalier/engine';
import { describe, expect, it } from 'vitest';
import { families, withSmallNetwork } from './families.js';

const asked = ['resnet', 'vgg', 'efficientnet', 'inception', 'mobilenet', 'bert'] as const;

describe('both engines train alike at every freeze depth', () => {
  it.each(asked)('%s', { timeout: 600_000 }, async (family) => {
    const engines = [createOnnxEngine({ threads: 1 }), await createTfjsEngine()] as const;
    await withSmallNetwork(family, (subject) => requireSameTraining(subject, engines));
    expect(families[family].id).toContain(family);
  });
});
