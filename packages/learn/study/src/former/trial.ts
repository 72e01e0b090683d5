import { isRecord } from './record.js';

/** Brings an epoch of version 1, which knew one metric, into today's form. */
export function formerEpoch(given: unknown): unknown {
  if (!isRecord(given) || 'metrics' in given || !('validationAccuracy' in given)) return given;
  const { validationAccuracy, ...rest } = given;
  return { ...rest, metrics: { accuracy: validationAccuracy } };
}

export const formerEpochs = (given: unknown): unknown =>
  Array.isArray(given) ? given.map((one: unknown) => formerEpoch(one)) : given;
