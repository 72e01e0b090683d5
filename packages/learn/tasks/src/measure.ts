import {
  effectiveCount,
  measure,
  metrics,
  selectPredictions,
  type Groups,
  type Measurement,
  type Predictions,
} from '@espalier/metrics';
import { shareOutcome, type Outcome } from '@espalier/probes';
import type { EpochRecord, Objective, TaskEvaluation } from '@espalier/study';
import type { Task } from './task.js';

/** The metrics of predictions by their names: those of the task, and the objective. */
export function metricsOf(
  task: Task,
  { name }: Pick<Objective, 'name'>,
  predictions: Predictions,
): EpochRecord['metrics'] {
  const names = [...new Set([...task.metrics, name])];
  return Object.fromEntries(names.map((one) => [one, metrics.get(one).measure(predictions)]));
}

/** What an epoch record says of the validation split. */
export const measured = (
  task: Task,
  objective: Pick<Objective, 'name'>,
  predictions: Predictions,
): Pick<EpochRecord, 'validationLoss' | 'metrics'> => ({
  validationLoss: task.meanLoss(predictions),
  metrics: metricsOf(task, objective, predictions),
});

/** Measures the answer on a split. @param groups of the examples, such as their speakers */
export function evaluated(
  task: Task,
  objective: Pick<Objective, 'name'>,
  predictions: Predictions,
  groups?: Groups,
): TaskEvaluation {
  const examples = predictions.labels.length;
  const metric = metrics.get(objective.name);
  const values = metric.correct?.(predictions).map(Number) ?? [...task.losses(predictions)];
  const effectiveExamples = effectiveCount(values, groups);
  return {
    examples,
    ...(effectiveExamples < examples && { effectiveExamples }),
    ...measure(metric, predictions, groups),
    loss: task.meanLoss(predictions),
    metrics: metricsOf(task, objective, predictions),
    ...task.details(predictions, groups),
  };
}

/** Standard errors to each side of an interval of 95 %. */
const ERRORS = 1.959964;

/**
 * The objective of a contender for the answer, on the examples that judge.
 *
 * @param own measurement of the predictions
 */
export function outcomeOf(
  { name }: Pick<Objective, 'name'>,
  predictions: Predictions,
  own: Measurement,
): Outcome {
  const metric = metrics.get(name);
  if (metric.correct !== undefined) return shareOutcome(metric.correct(predictions));
  return {
    examples: predictions.labels.length,
    on: (counts) => {
      const rows = predictions.labels.flatMap((_, row) => (counts(row) ? [row] : []));
      return rows.length === 0 ? null : metric.measure(selectPredictions(predictions, rows));
    },
    // The side of its own value takes the correction for one more standard error, as it may have been too much.
    about: (value) => {
      const correction = ERRORS * (own.value - value);
      const [down, up] = [own.value - own.low, own.high - own.value];
      const bound = { low: -Infinity, high: Infinity, ...(metric.unit === 'share' && { low: 0, high: 1 }) };
      return {
        low: Math.max(bound.low, value - Math.hypot(down, Math.min(0, correction))),
        high: Math.min(bound.high, value + Math.hypot(up, Math.max(0, correction))),
      };
    },
  };
}
