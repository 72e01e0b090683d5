import { describe, expect, it } from 'vitest';
import type { Study } from '../server/api';
import { leftText, phaseTitle, placeText, shareOf, trialsText, workText } from './standing';

type Standing = Study['standing'];

const since = '2026-01-01T00:00:00.000Z';
const training: Standing = {
  phase: 'training',
  underWay: [
    {
      kind: 'trial',
      role: 'searched',
      trial: 4,
      worker: 'one',
      progress: { phase: 'training', done: 3, total: 12, since },
    },
    { kind: 'trial', role: 'baseline', trial: -1, worker: 'two', progress: null },
  ],
  ended: 4,
  most: 12,
  left: { of: 'search', seconds: 93 },
};
const caching: Standing = {
  ...training,
  phase: 'caching',
  underWay: [
    {
      kind: 'plan',
      role: null,
      trial: null,
      worker: 'one',
      progress: { phase: 'caching', done: 1, total: 4, since },
    },
  ],
  left: { of: 'phase', seconds: 7 },
};

describe('where a study stands', () => {
  it('is a phase, how far it is, who does it, and the time left', () => {
    expect(phaseTitle(training)).toBe('Training trials');
    expect(trialsText(training)).toBe('4 of 12 trials');
    expect(shareOf(training)).toBeCloseTo(33.3, 1);
    expect(workText(training)).toEqual(['trial 4 on one, 25 %', 'baseline from random weights on two']);
    expect(leftText(training)).toBe('about 2 min left of the search');
    expect(shareOf(caching)).toBe(25);
    expect(workText(caching)).toEqual([]);
    expect(leftText(caching)).toBe('about 10 s left');
  });

  it('says nothing that nobody knows', () => {
    const unknown: Standing = { phase: null, underWay: [], ended: 1, most: null, left: null };
    expect(phaseTitle(unknown)).toBeNull();
    expect(leftText(unknown)).toBeNull();
    expect(trialsText(unknown)).toBe('1 trial');
    expect(shareOf({ ...unknown, phase: 'training' })).toBeNull();
    expect(shareOf({ ...unknown, phase: 'caching' })).toBeNull();
  });

  it('has its place among the tasks that wait', () => {
    expect(placeText({ at: 1, of: 1 })).toBeNull();
    expect(placeText({ at: 1, of: 3 })).toBe('next of 3 queued tasks');
    expect(placeText({ at: 3, of: 5 })).toBe('number 3 of 5 queued tasks');
  });
});
