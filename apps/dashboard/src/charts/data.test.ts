import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { DatasetSummary } from '../server/api';
import { compareOption, comparedRows } from './compare';
import { balanceOption, mapOption } from './datasets';
import { binText, confusedPairs, reliabilityOption } from '../tasks/classification/options';

const points = Array.from({ length: 12 }, (_, i) => ({
  id: `${i}.png`,
  x: i,
  y: -i,
  label: i % 3,
  split: (['train', 'validation', 'test'] as const)[i % 2] as 'train',
}));
const summary: DatasetSummary = {
  version: 1,
  modality: 'image',
  classes: ['cat', 'dog', 'fox'],
  labelsFrom: null,
  examples: 12,
  splits: { train: [2, 2, 2], validation: [1, 1, 1], test: [1, 1, 1] },
  corrupt: { count: 0, first: [] },
  leaks: { count: 0, nearest: [] },
  imbalance: null,
  notes: [],
  hash: 'x',
  map: { backbone: 'vision-mini', points },
};

describe('charts of a dataset', () => {
  it('stack the splits of each class', () => {
    const { series, yAxis } = balanceOption(summary);
    expect(yAxis).toMatchObject({ data: ['cat', 'dog', 'fox'] });
    expect(series).toMatchObject([
      { name: 'train', stack: 'all', data: [2, 2, 2] },
      { name: 'validation', data: [1, 1, 1] },
      { name: 'test', data: [1, 1, 1] },
    ]);
  });

  it('show every example once on the map, by class and by split', () => {
    for (const [by, names] of [
      ['label', ['cat', 'dog', 'fox']],
      ['split', ['train', 'validation']],
    ] as const) {
      const series = mapOption(summary, by).series as { name: string; data: { name: string }[] }[];
      expect(series.map(({ name }) => name)).toEqual(names);
      const shown = series.flatMap(({ data }) => data.map(({ name }) => name));
      expect(shown.sort()).toEqual(points.map(({ id }) => id).sort());
    }
  });

  it('put the classes that have no colour of their own together', () => {
    const classes = Array.from({ length: 40 }, (_, i) => `class ${i}`);
    const many = classes.map((_, label) => ({ id: `${label}`, x: 0, y: 0, label, split: 'train' as const }));
    const { series } = mapOption({ ...summary, classes, map: { backbone: 'b', points: many } }, 'label');
    expect(series).toHaveLength(21);
  });
});

describe('charts of evidence', () => {
  it('pairs of classes are those off the diagonal, the most frequent first', () => {
    const matrix = fc.integer({ min: 1, max: 5 }).chain((size) => {
      const row = fc.array(fc.nat(9), { minLength: size, maxLength: size });
      return fc.array(row, { minLength: size, maxLength: size });
    });
    fc.assert(
      fc.property(matrix, (confusion) => {
        const pairs = confusedPairs(confusion, 100);
        for (const { label, predicted, count } of pairs) {
          expect(label).not.toBe(predicted);
          expect(confusion[label]?.[predicted]).toBe(count);
        }
        const wrong = confusion.flatMap((row, i) => row.filter((_, j) => i !== j));
        expect(pairs.reduce((sum, { count }) => sum + count, 0)).toBe(wrong.reduce((a, b) => a + b, 0));
        pairs
          .slice(1)
          .forEach(({ count }, i) => expect(count).toBeLessThanOrEqual(pairs[i]?.count as number));
        expect(confusedPairs(confusion, 1).length).toBeLessThanOrEqual(1);
      }),
    );
  });

  it('a reliability diagram has a bar for each confidence, with how many examples it stands for', () => {
    const bin = { low: 0, high: 0.5, count: 0, confidence: 0, accuracy: 0 };
    const full = { low: 0.5, high: 1, count: 1234, confidence: 0.9, accuracy: 0.7 };
    const option = reliabilityOption({ reliability: [bin, full] } as unknown as Parameters<
      typeof reliabilityOption
    >[0]);
    expect(option.xAxis).toMatchObject({ data: ['0 % to 50 %', '50 % to 100 %'] });
    expect(option.series).toMatchObject([
      { type: 'bar', name: 'share that is right', data: [null, 0.7] },
      { type: 'line', name: 'as sure as right', data: [0.25, 0.75] },
      { type: 'bar', name: 'examples', yAxisIndex: 1, data: [0, 1234] },
    ]);
    expect(binText(bin)).toBe('0 % to 50 % sure: no example');
    expect(binText(full)).toBe('50 % to 100 % sure: 1,234 examples, 90.0 % sure on average, 70.0 % right');
    expect(binText({ ...full, count: 1 })).toMatch(/: 1 example, /);
  });
});

describe('a comparison', () => {
  it('draws a line for each, and says first what differs', () => {
    const epochs = [{ epoch: 1, metrics: { accuracy: 0.5 } }];
    const objective = { name: 'accuracy', label: 'Accuracy', direction: 'maximise', unit: 'share' } as const;
    expect(compareOption([{ name: 'pets', objective, epochs }]).series).toMatchObject([
      { name: 'pets', data: [[1, 0.5]] },
    ]);
    expect(compareOption([]).series).toEqual([]);
    const rows = comparedRows([
      { name: 'a', settings: { seed: '1', rate: '3e-4' } },
      { name: 'b', settings: { seed: '1', rate: '1e-3', decay: '1' } },
    ]);
    expect(rows).toEqual([
      { setting: 'rate', values: ['3e-4', '1e-3'], differs: true },
      { setting: 'decay', values: ['–', '1'], differs: true },
      { setting: 'seed', values: ['1', '1'], differs: false },
    ]);
  });
});
