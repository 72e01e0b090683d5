import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createSchedule, schedules, SearchError, type Moment } from '../index.js';

interface Run {
  totalSteps: number;
  stepsPerEpoch: number;
  factors: number[];
}

interface Golden {
  cosine: Run[];
  oneCycle: Run[];
  plateau: { losses: number[]; factors: number[] };
}

const path = new URL('../../goldens/schedules.golden.json', import.meta.url);
const golden = JSON.parse(readFileSync(path, 'utf8')) as Golden;

function expectRun(name: string, { totalSteps, stepsPerEpoch, factors }: Run): void {
  const { factor } = createSchedule(name);
  expect(factors).toHaveLength(totalSteps);
  for (const [step, expected] of factors.entries()) {
    expect(factor({ step, totalSteps, stepsPerEpoch, losses: [] })).toBeCloseTo(expected, 12);
  }
}

describe('agrees with PyTorch', () => {
  it.each(golden.cosine)('cosine over $totalSteps steps', (run) => expectRun('cosine', run));
  it.each(golden.oneCycle)('one-cycle over $totalSteps steps', (run) => expectRun('one-cycle', run));
  it('plateau', () => {
    const { losses, factors } = golden.plateau;
    const { factor } = createSchedule('plateau');
    const at = { step: 0, totalSteps: 1, stepsPerEpoch: 1 };
    expect(factors.map((_, epoch) => factor({ ...at, losses: losses.slice(0, epoch) }))).toEqual(factors);
    expect(factors.at(-1)).toBe(0.0625);
  });
});

describe.each(schedules.names)('%s', (name) => {
  const moments: fc.Arbitrary<Moment> = fc
    .record({ totalSteps: fc.integer({ min: 1, max: 500 }), stepsPerEpoch: fc.integer({ min: 1, max: 100 }) })
    .chain((run) =>
      fc.record({
        step: fc.nat(run.totalSteps - 1),
        totalSteps: fc.constant(run.totalSteps),
        stepsPerEpoch: fc.constant(run.stepsPerEpoch),
        losses: fc.array(fc.double({ min: 0 }), { maxLength: 40 }),
      }),
    );

  it('is a factor in (0, 1], the same on every call', () => {
    const { factor } = createSchedule(name);
    fc.assert(
      fc.property(moments, (at) => {
        expect(factor(at)).toBeGreaterThan(0);
        expect(factor(at)).toBeLessThanOrEqual(1);
        expect(createSchedule(name).factor(at)).toBe(factor(at));
      }),
    );
  });

  it.each([
    { step: 10, totalSteps: 10 },
    { step: -1, totalSteps: 10 },
    { step: 0.5, totalSteps: 10 },
  ])('refuses step $step of $totalSteps', (at) => {
    const moment = { ...at, stepsPerEpoch: 5, losses: [] };
    expect(() => createSchedule(name).factor(moment)).toThrow(SearchError);
  });
});

it('constant is 1, and plateau survives a diverged run', () => {
  const at = { step: 3, totalSteps: 10, stepsPerEpoch: 5 };
  expect(createSchedule('constant').factor({ ...at, losses: [] })).toBe(1);
  expect(createSchedule('plateau').factor({ ...at, losses: [1, NaN, NaN] })).toBe(0.5);
  expect(createSchedule('plateau').factor({ ...at, losses: Array<number>(5000).fill(1) })).toBeGreaterThan(0);
});

it('cosine warms up for a tenth of the steps, but for one epoch at most', () => {
  const peakOf = (totalSteps: number, stepsPerEpoch: number) => {
    const { factor } = createSchedule('cosine');
    return Array.from({ length: totalSteps }, (_, step) =>
      factor({ step, totalSteps, stepsPerEpoch, losses: [] }),
    ).indexOf(1);
  };
  expect([peakOf(100, 50), peakOf(100, 4), peakOf(9, 3)]).toEqual([10, 4, 0]);
});

it('createSchedule lists the schedules where a name is none', () => {
  expect(() => createSchedule('linear')).toThrow(/linear, choose one of constant, cosine/);
});
