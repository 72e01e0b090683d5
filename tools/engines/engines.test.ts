import { requireSameTraining, someDepths } from '@espalier/conformance';
import { createOnnxEngine, createTfjsEngine } from '@espalier/engine';
import { describe, expect, it } from 'vitest';
import { families, withSmallNetwork } from './families.js';

/** In JavaScript a large network takes minutes; one that is trained whole uses every gradient that it has. */
const asked = [
  ['resnet', 'every freeze depth'],
  ['bert', 'every freeze depth'],
  ['vgg', 'the lowest and the highest'],
  ['efficientnet', 'the lowest and the highest'],
  ['mobilenet', 'the lowest and the highest'],
  ['inception', 'the lowest and the highest'],
] as const;

describe('both engines train alike', () => {
  it.each(asked)('%s at %s', { timeout: 600_000 }, async (family, which) => {
    const engines = [createOnnxEngine({ threads: 1 }), await createTfjsEngine()] as const;
    await withSmallNetwork(family, (subject) => {
      const depths = someDepths(subject.prepared);
      const some = which === 'every freeze depth' ? depths : [Math.min(...depths), Math.max(...depths)];
      return requireSameTraining(subject, engines, some);
    });
    expect(families[family].id).toContain(family);
  });
});
