import { balancedInterval } from './intervals/balanced.js';
import {
  balancedAccuracy,
  confusionMatrix,
  macroF1,
  perClassScores,
  topKAccuracy,
  type ClassScores,
} from './classification.js';
import { effectiveCount, type Groups } from './intervals/clusters.js';
import { correctness, tableOf, type Predictions } from './predictions.js';
import { accuracyInterval, type Interval } from './intervals/proportions.js';
import { brierScore, calibration, logLoss, type ReliabilityBin } from './probabilistic.js';

/** Everything a report says about one model on one set of examples. */
export interface Evaluation {
  readonly examples: number;
  readonly accuracy: number;
  readonly interval: Interval;
  /** Absent with five classes or fewer, where it says nothing. */
  readonly top5Accuracy?: number;
  readonly balancedAccuracy: number;
  /** 95 %; evaluations of earlier versions have none. */
  readonly balancedInterval?: Interval;
  /** Independent examples that they are worth; absent where each stands for itself. */
  readonly effectiveExamples?: number;
  readonly macroF1: number;
  readonly logLoss: number;
  readonly calibrationError: number;
  readonly brierScore: number;
  readonly perClass: readonly ClassScores[];
  readonly confusion: readonly (readonly number[])[];
  readonly reliability: readonly ReliabilityBin[];
}

/**
 * All metrics of one model at once.
 *
 * @param groups of the examples, which the interval allows for
 */
export function evaluate(predictions: Predictions, groups?: Groups): Evaluation {
  const confusion = confusionMatrix(predictions);
  const correct = correctness(predictions);
  const { accuracy, low, high } = accuracyInterval(correct, groups);
  const effective = effectiveCount(correct.map(Number), groups);
  const { error, bins } = calibration(predictions);
  return {
    examples: predictions.labels.length,
    accuracy,
    interval: { low, high },
    ...(tableOf(predictions).classes > 5 && { top5Accuracy: topKAccuracy(predictions, 5) }),
    balancedAccuracy: balancedAccuracy(confusion),
    balancedInterval: balancedInterval(correct, [...predictions.labels], groups),
    ...(effective < correct.length && { effectiveExamples: effective }),
    macroF1: macroF1(confusion),
    logLoss: logLoss(predictions),
    calibrationError: error,
    brierScore: brierScore(predictions),
    perClass: perClassScores(confusion),
    confusion,
    reliability: bins,
  };
}
