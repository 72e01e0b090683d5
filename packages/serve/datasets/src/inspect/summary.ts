import { splitNames } from '@espalier/data';
import { datasetRequestSchema } from '@espalier/study';
import { modalitySchema } from '@espalier/transfer';
import { z } from 'zod';

const list = <T extends z.ZodType>(item: T) => z.array(item).readonly();

export const splitSchema = z.enum(splitNames);
const countsSchema = list(z.number().int().nonnegative());

const memberSchema = z.strictObject({
  id: z.string(),
  split: splitSchema,
  /** Index into the classes. */
  label: z.number().int().nonnegative(),
});
export type Member = z.infer<typeof memberSchema>;

const mapSchema = z.strictObject({
  /** Whose features are shown. */
  backbone: z.string(),
  points: list(memberSchema.extend({ x: z.number(), y: z.number() })),
});

/** Facts of an inspected dataset. */
export const datasetSummarySchema = z.strictObject({
  version: z.literal(1),
  modality: modalitySchema,
  classes: list(z.string()),
  /** Source of the classes, such as `column "label"`; null where it is unknown. */
  labelsFrom: z.string().nullable().default(null),
  examples: z.number().int().nonnegative(),
  /** Examples of each class, in the order of the classes. */
  splits: z.strictObject({ train: countsSchema, validation: countsSchema, test: countsSchema }),
  /** The first that cannot be read, and how many there are. */
  corrupt: z.strictObject({
    count: z.number().int().nonnegative(),
    first: list(z.strictObject({ id: z.string(), reason: z.string() })),
  }),
  /** The nearest pairs in different splits that are nearly the same, and how many there are. */
  leaks: z.strictObject({
    count: z.number().int().nonnegative(),
    nearest: list(z.strictObject({ a: memberSchema, b: memberSchema, distance: z.number() })),
  }),
  imbalance: z.string().nullable(),
  notes: list(z.string()),
  /** Of every example's content, class and split. */
  hash: z.string(),
  map: mapSchema,
});
export type DatasetSummary = z.infer<typeof datasetSummarySchema>;

/** A summary, and every example that can be read, in the order of the ids within each split. */
export const inspectionSchema = z.strictObject({
  summary: datasetSummarySchema,
  members: list(memberSchema),
});
export type Inspection = z.infer<typeof inspectionSchema>;

/** The part of an inspection that is stored as a blob, because it is too large for a row. */
export const membersSchema = list(memberSchema);

/** Options of reading and splitting a dataset, as in the request of a study. */
export const inspectOptionsSchema = datasetRequestSchema.omit({ path: true, name: true }).extend({
  seed: z.number().int().nonnegative().default(0),
});
export type InspectOptions = z.input<typeof inspectOptionsSchema>;

export const progressSchema = z.strictObject({
  phase: z.enum(['reading', 'embedding', 'mapping']),
  done: z.number(),
  total: z.number(),
});
/** Progress of an inspection. */
export type InspectProgress = z.infer<typeof progressSchema>;
