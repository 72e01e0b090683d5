import { metrics, type Predictions } from '@espalier/metrics';
import type { EpochRecord, Objective } from '@espalier/study';
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
