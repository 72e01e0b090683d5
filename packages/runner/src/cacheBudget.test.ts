import { describe, expect, it } from 'vitest';
import { createCacheBudget } from './cacheBudget.js';
import type { StudyData } from './examples.js';
import { tinySettings } from './test-fixtures.js';

/** 70 examples to train on, 15 each to validate and test. */
const data = {
  splits: { train: new Array(70), validation: new Array(15), test: new Array(15) },
} as unknown as StudyData;
const settings = tinySettings('/nowhere', {
  augmentation: ['none', 'flip', 'colour'],
  training: { views: 4 },
});

describe('the room for activations', () => {
  it('is for the plain examples first, then for the policies that fit, in their order', () => {
    expect(createCacheBudget(100).admit('a', settings, data, 1)).toEqual(['none']);
    expect(createCacheBudget(170).admit('a', settings, data, 1)).toEqual(['none', 'flip']);
    expect(createCacheBudget(379).admit('a', settings, data, 1)).toEqual(['none', 'flip']);
    expect(createCacheBudget(380).admit('a', settings, data, 1)).toEqual(['none', 'flip', 'colour']);
  });

  it('is shared by all backbones', () => {
    const budget = createCacheBudget(270);
    expect(budget.admit('a', settings, data, 1)).toEqual(['none', 'flip']);
    expect(budget.admit('b', settings, data, 1)).toEqual(['none']);
    expect(() => budget.admit('c', settings, data, 1)).toThrow(/activations of c need .* --cache-size/);
  });
});
