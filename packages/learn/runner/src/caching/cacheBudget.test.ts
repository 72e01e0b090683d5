import { describe, expect, it } from 'vitest';
import type { PolicyName, ScannedExample } from '@espalier/data';
import { createCacheBudget } from './cacheBudget.js';
import type { StudyData } from '../study/examples.js';
import { tinySettings } from '../testing/fixtures.js';

/** 70 examples to train on, 15 each to validate and test. */
const examples = (count: number): ScannedExample[] =>
  Array.from({ length: count }, () => ({ contentHash: '' }) as ScannedExample);
const data: Pick<StudyData, 'splits' | 'modality'> = {
  modality: 'image',
  splits: { train: examples(70), validation: examples(15), test: examples(15) },
};
const settings = tinySettings('/nowhere', { training: { views: 4 } });
const policies = ['none', 'flip', 'colour'] as const;
const admitted = (limit: number): readonly PolicyName[] =>
  createCacheBudget(limit).admit('a', policies, settings, data, () => 1);

describe('the room for activations', () => {
  it('is for the plain examples first, then for the policies that fit, in their order', () => {
    expect(admitted(100)).toEqual(['none']);
    expect(admitted(170)).toEqual(['none', 'flip']);
    expect(admitted(379)).toEqual(['none', 'flip']);
    expect(admitted(380)).toEqual(['none', 'flip', 'colour']);
  });

  it('is shared by all backbones', () => {
    const budget = createCacheBudget(270);
    expect(budget.admit('a', policies, settings, data, () => 1)).toEqual(['none', 'flip']);
    expect(budget.admit('b', policies, settings, data, () => 1)).toEqual(['none']);
    expect(() => budget.admit('c', policies, settings, data, () => 1)).toThrow(
      /activations of c need .* --cache-size/,
    );
  });
});
