import { describe, expect, it } from 'vitest';
import { ratesOf } from '../backbone/groups.js';

describe('learning rates', () => {
  it('fall by the layer decay from the head down', () => {
    expect(ratesOf(4, 0.8, 0.5)).toEqual([0.1, 0.2, 0.4, 0.8]);
    expect(ratesOf(1, 0.1, 0.5)).toEqual([0.1]);
  });
});
