import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import {
  balancedAccuracy,
  brierScore,
  calibration,
  confusionMatrix,
  evaluate,
  logLoss,
  macroF1,
  perClassScores,
  topKAccuracy,
} from './index.js';

interface Golden {
  labels: number[];
  probabilities: number[][];
  accuracy: number;
  balancedAccuracy: number;
  top2: number;
  macroF1: number;
  logLoss: number;
  brier: number;
  calibrationError: number;
  confusion: number[][];
  precision: number[];
  recall: number[];
  f1: number[];
  support: number[];
}

const path = new URL('../goldens/metrics.golden.json', import.meta.url);
const golden = JSON.parse(readFileSync(path, 'utf8')) as Golden;

it('agrees with scikit-learn', () => {
  const confusion = confusionMatrix(golden);
  expect(confusion).toEqual(golden.confusion);
  expect(topKAccuracy(golden, 2)).toBeCloseTo(golden.top2, 12);
  expect(balancedAccuracy(confusion)).toBeCloseTo(golden.balancedAccuracy, 12);
  expect(macroF1(confusion)).toBeCloseTo(golden.macroF1, 12);
  expect(logLoss(golden)).toBeCloseTo(golden.logLoss, 12);
  expect(brierScore(golden)).toBeCloseTo(golden.brier, 12);
  expect(calibration(golden).error).toBeCloseTo(golden.calibrationError, 12);
  for (const [c, scores] of perClassScores(confusion).entries()) {
    expect(scores.precision).toBeCloseTo(golden.precision[c] ?? NaN, 12);
    expect(scores.recall).toBeCloseTo(golden.recall[c] ?? NaN, 12);
    expect(scores.f1).toBeCloseTo(golden.f1[c] ?? NaN, 12);
    expect(scores.support).toBe(golden.support[c]);
  }
});

it('evaluates a flat float32 array as it does rows', () => {
  const flat = { labels: golden.labels, probabilities: Float32Array.from(golden.probabilities.flat()) };
  const evaluation = evaluate(flat);
  expect(evaluation.accuracy).toBe(golden.accuracy);
  expect(evaluation.confusion).toEqual(golden.confusion);
  expect(evaluation.logLoss).toBeCloseTo(golden.logLoss, 6);
  expect(evaluation.interval.low).toBeLessThan(golden.accuracy);
  expect(evaluation.interval.high).toBeGreaterThan(golden.accuracy);
  expect(evaluation.top5Accuracy).toBeUndefined();
});
