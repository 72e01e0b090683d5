import { isRecord } from './record.js';

/** Objective of studies of version 1, and metric of all reports before version 3. */
export const accuracyObjective = {
  name: 'accuracy',
  label: 'Accuracy',
  direction: 'maximise',
  unit: 'share',
} as const;

/** Brings measurements of version 2, which knew one metric and one loss, into today's form. */
export function formerStanding(given: unknown): unknown {
  if (!isRecord(given) || !('accuracy' in given) || 'value' in given) return given;
  const { accuracy, logLoss, ...rest } = given;
  return { ...rest, value: accuracy, ...(logLoss !== undefined && { loss: logLoss }) };
}
