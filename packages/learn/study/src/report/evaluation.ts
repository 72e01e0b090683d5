import { z } from 'zod';

/** An array that nobody changes. */
export const list = <T extends z.ZodType>(item: T) => z.array(item).readonly();

const classScoresSchema = z.strictObject({
  precision: z.number(),
  recall: z.number(),
  f1: z.number(),
  support: z.number(),
});

const reliabilityBinSchema = z.strictObject({
  low: z.number(),
  high: z.number(),
  count: z.number(),
  confidence: z.number(),
  accuracy: z.number(),
});

/** What a report says of a classifier: the Evaluation of `@espalier/metrics`. */
const classificationSchema = z.strictObject({
  examples: z.number().int().positive(),
  accuracy: z.number(),
  interval: z.strictObject({ low: z.number(), high: z.number() }),
  /** Absent with five classes or fewer. */
  top5Accuracy: z.number().optional(),
  balancedAccuracy: z.number(),
  /** Reports of earlier versions have none. */
  balancedInterval: z.strictObject({ low: z.number(), high: z.number() }).optional(),
  /** Independent examples that they are worth, where some belong together. */
  effectiveExamples: z.number().optional(),
  macroF1: z.number(),
  logLoss: z.number(),
  calibrationError: z.number(),
  brierScore: z.number(),
  perClass: list(classScoresSchema),
  confusion: list(list(z.number())),
  reliability: list(reliabilityBinSchema),
});

/** Measurements of the answer on a split. */
export const evaluationSchema = z.strictObject({
  examples: z.number().int().positive(),
  /** Independent examples that they are worth, where some belong together. */
  effectiveExamples: z.number().optional(),
  /** The report's metric, with the bounds of its 95 % interval. */
  value: z.number(),
  low: z.number(),
  high: z.number(),
  /** Mean loss of an example. */
  loss: z.number(),
  /** All metrics of the task, and the study's objective. */
  metrics: z.record(z.string(), z.number()),
  classification: classificationSchema.optional(),
});
export type TaskEvaluation = z.infer<typeof evaluationSchema>;

const labelSchema = z.number().int().nonnegative();

/** Which test examples are behind the numbers. Labels are indexes into the classes. */
export const evidenceSchema = z.strictObject({
  /** Wrongly classified, those with the most confidence first. */
  mistakes: list(
    z.strictObject({ id: z.string(), label: labelSchema, predicted: labelSchema, confidence: z.number() }),
  ),
  /** The first examples of each cell of the confusion matrix that has any, those with the most confidence. */
  cells: list(z.strictObject({ label: labelSchema, predicted: labelSchema, ids: list(z.string()) })),
});
