import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  accuracy,
  brierScore,
  calibration,
  confusionMatrix,
  correctness,
  logLoss,
  majorityBaseline,
  MetricsError,
  predictedLabels,
  topKAccuracy,
  type Predictions,
} from './index.js';

const predictions: fc.Arbitrary<Predictions> = fc
  .tuple(fc.integer({ min: 1, max: 5 }), fc.integer({ min: 1, max: 20 }))
  .chain(([classes, count]) =>
    fc.record({
      labels: fc.array(fc.nat(classes - 1), { minLength: count, maxLength: count }),
      probabilities: fc
        .array(fc.array(fc.integer({ min: 1, max: 9 }), { minLength: classes, maxLength: classes }), {
          minLength: count,
          maxLength: count,
        })
        .map((rows) => rows.map((row) => row.map((v) => v / row.reduce((a, b) => a + b, 0)))),
    }),
  );

describe('metrics of any predictions', () => {
  it('top-k accuracy grows from accuracy to 1', () => {
    fc.assert(
      fc.property(predictions, (p) => {
        const classes = (p.probabilities as number[][])[0]?.length ?? 0;
        const ks = Array.from({ length: classes }, (_, i) => topKAccuracy(p, i + 1));
        expect(ks).toEqual(ks.toSorted((a, b) => a - b));
        expect(ks.at(-1)).toBe(1);
        expect(ks[0]).toBe(correctness(p).filter(Boolean).length / p.labels.length);
      }),
    );
  });

  it('the confusion matrix counts every example once, the correct ones on its diagonal', () => {
    fc.assert(
      fc.property(predictions, (p) => {
        const matrix = confusionMatrix(p);
        expect(matrix.flat().reduce((a, b) => a + b, 0)).toBe(p.labels.length);
        const diagonal = matrix.reduce((sum, row, c) => sum + (row[c] ?? 0), 0);
        expect(diagonal / p.labels.length).toBe(accuracy(p));
      }),
    );
  });

  it('the reliability bins hold every example where its confidence lies', () => {
    fc.assert(
      fc.property(predictions, fc.integer({ min: 1, max: 20 }), (p, binCount) => {
        const { bins, error } = calibration(p, binCount);
        expect(bins.reduce((sum, bin) => sum + bin.count, 0)).toBe(p.labels.length);
        expect(error).toBeLessThanOrEqual(1);
        for (const bin of bins.filter(({ count }) => count > 0)) {
          expect(bin.confidence).toBeGreaterThan(bin.low - 1e-12);
          expect(bin.confidence).toBeLessThan(bin.high + 1e-12);
        }
      }),
    );
  });
});

it('scores perfect and hopeless answers at the ends of the scales', () => {
  const sure = [
    [1, 0],
    [0, 1],
  ];
  const perfect = { probabilities: sure, labels: [0, 1] };
  const hopeless = { probabilities: sure, labels: [1, 0] };
  expect([logLoss(perfect), brierScore(perfect), calibration(perfect).error]).toEqual([0, 0, 0]);
  expect([brierScore(hopeless), calibration(hopeless).error]).toEqual([2, 1]);
  expect(logLoss(hopeless)).toBeCloseTo(Math.log(2 ** 23), 10);
});

it('takes the first of equally probable classes', () => {
  const tie = { probabilities: [[0.25, 0.375, 0.375]], labels: [2] };
  expect(predictedLabels(tie)).toEqual([1]);
  expect([topKAccuracy(tie, 1), topKAccuracy(tie, 2)]).toEqual([0, 1]);
});

it.each<[string, Predictions, RegExp]>([
  ['nothing', { probabilities: [], labels: [] }, /no examples/],
  ['too few labels', { probabilities: new Float32Array(5), labels: [0, 1] }, /5 probabilities do not fit 2/],
  ['ragged rows', { probabilities: [[1, 0], [1]], labels: [0, 0] }, /Row 1 has 1/],
  ['a label of no class', { probabilities: [[0.5, 0.5]], labels: [2] }, /label 2; it has to be 0 to 1/],
  ['logits', { probabilities: [[3, 4]], labels: [0] }, /sum to 7; apply softmax/],
  ['a NaN', { probabilities: [[NaN, 1]], labels: [0] }, /probability NaN for class 0/],
])('refuses %s', (_, bad, message) => {
  expect(() => accuracy(bad)).toThrow(MetricsError);
  expect(() => accuracy(bad)).toThrow(message);
});

it('finds the majority class of the training labels, the first of equals', () => {
  expect(majorityBaseline([2, 0, 2, 0, 1], [0, 0, 2, 1])).toEqual({
    label: 0,
    accuracy: 0.5,
    correct: [true, true, false, false],
  });
  expect(majorityBaseline([1, 1, 0], [0]).accuracy).toBe(0);
  expect(() => majorityBaseline([], [0])).toThrow(MetricsError);
});
