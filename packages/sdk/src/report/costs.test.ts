import type { StudyResult } from '@espalier/runner';
import { studyRequestSchema, type Objective } from '@espalier/study';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { costsOf } from './costs.js';

type Line = StudyResult['best']['leaderboard'][number];

const objective: Objective = { name: 'accuracy', label: 'Accuracy', direction: 'maximise', unit: 'share' };

const lineOf = (name: string, value: number, costs: Line['costs']): Line => ({
  ...{ name, kind: 'probe', title: name, value, low: value, high: value, loss: 1 - value },
  ...{ examples: 10, basis: 'folds', costs, over: [] },
});

const frontOf = (
  lines: readonly Line[],
  change: object = {},
  direction = objective.direction,
): readonly string[] =>
  costsOf(
    {
      settings: studyRequestSchema.parse({
        command: '',
        dataset: { path: '.' },
        backbones: ['a'],
        ...change,
      }),
      objective: { ...objective, direction },
    },
    lines,
  ).front;

/** Whether a line is as good as another in all that is given, and better in one. */
const beats = (one: Line, other: Line): boolean => {
  const gains = ({ value, costs }: Line): number[] => [
    value,
    -(costs['latency'] ?? NaN),
    -(costs['size'] ?? NaN),
  ];
  const [a, b] = [gains(one), gains(other)];
  return a.every((gain, i) => gain >= (b[i] ?? NaN)) && a.some((gain, i) => gain > (b[i] ?? NaN));
};

const few = fc.integer({ min: 0, max: 4 });
const lines = fc
  .array(fc.tuple(few, few, few, few), { minLength: 1, maxLength: 20 })
  .map((all) =>
    all.map(([value, latency, size, training], i) =>
      lineOf(`probe-${i}`, value / 4, { latency, size, training }),
    ),
  );

describe('the Pareto front', () => {
  it('has no line that another beats, and each other is beaten by one of it', () => {
    fc.assert(
      fc.property(lines, (all) => {
        const front = frontOf(all);
        const on = all.filter(({ name }) => front.includes(name));
        const off = all.filter(({ name }) => !front.includes(name));
        for (const line of on) expect(all.some((other) => beats(other, line))).toBe(false);
        for (const line of off) expect(on.some((other) => beats(other, line))).toBe(true);
      }),
    );
  });

  const quick = lineOf('quick', 0.7, { latency: 1, size: 9, training: 3 });
  const good = lineOf('good', 0.9, { latency: 5, size: 9, training: 2 });
  const beaten = lineOf('beaten', 0.8, { latency: 6, size: 9, training: 1 });

  it('weighs training where that is asked for', () => {
    expect(frontOf([quick, good, beaten])).toEqual(['quick', 'good']);
    expect(frontOf([quick, good, beaten], { also: ['training'] })).toEqual(['quick', 'good', 'beaten']);
  });

  it('goes by the direction of the metric', () => {
    expect(frontOf([quick, good, beaten], {}, 'minimise')).toEqual(['quick']);
  });

  it('is empty where nothing was measured', () => {
    expect(frontOf([lineOf('a', 0.5, {}), lineOf('b', 0.6, {})])).toEqual([]);
  });
});
