export {
  accuracy,
  balancedAccuracy,
  silentClasses,
  type SilentClass,
  confusionMatrix,
  macroF1,
  perClassScores,
  topKAccuracy,
  type ClassScores,
} from './classification.js';
export { compare, measure, type Measurement } from './measure.js';
export { metrics } from './metrics/index.js';
export type { Metric } from './metrics/metric.js';
export { expectedGain, type CurvePoint, type ExpectedGain } from './curves/powerLaw.js';
export { MetricsError } from './errors.js';
export { evaluate, type Evaluation } from './evaluate.js';
export { majorityBaseline, type MajorityBaseline } from './verdicts/majority.js';
export {
  judgeOverfitting,
  overfittingThresholds,
  type OverfittingEvidence,
  type OverfittingVerdict,
  type SimplerModel,
} from './verdicts/overfitting.js';
export { correctness, predictedLabels, selectPredictions, type Predictions } from './predictions.js';
export {
  accuracyInterval,
  differenceInterval,
  pairedDifferenceInterval,
  type AccuracyInterval,
  type Count,
  type DifferenceInterval,
  type Interval,
} from './intervals/proportions.js';
export { brierScore, calibration, logLoss, type Calibration, type ReliabilityBin } from './probabilistic.js';
export { judgeTransfer, type TransferContest, type TransferVerdict } from './verdicts/transfer.js';
export { balancedInterval } from './intervals/balanced.js';
export { effectiveCount, type Groups } from './intervals/clusters.js';
