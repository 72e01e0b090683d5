import { modalitySchema } from '@espalier/transfer';
import { z } from 'zod';
import { valueSchema } from '../search/range.js';
import { configurationSchema } from '../search/space.js';
import { objectiveSchema, trialStatusSchema } from '../trials/trial.js';

/** The version of the rows' format. */
export const EXPERIENCE_VERSION = 1;

/** What a study knows of its examples. */
export const datasetFactsSchema = z.strictObject({
  modality: modalitySchema,
  examples: z.number().int().positive(),
  classes: z.number().int().positive(),
});
export type DatasetFacts = z.infer<typeof datasetFactsSchema>;

/** A trial of a finished study, as later studies learn from it. Nothing in it tells what the examples were. */
export const experienceRowSchema = z.strictObject({
  version: z.literal(EXPERIENCE_VERSION),
  /** Id of its study: a hash. */
  study: z.string().regex(/^[0-9a-f]{64}$/, 'it is no id of a study'),
  /** When the study began, as ISO 8601. */
  startedAt: z.iso.datetime(),
  task: z.string().min(1).max(100),
  dataset: datasetFactsSchema,
  backbone: z.strictObject({ id: z.string().max(500), fingerprint: z.string().min(1).max(200) }),
  objective: objectiveSchema.pick({ name: true, direction: true }),
  values: z.record(z.string().max(100), valueSchema),
  status: trialStatusSchema,
  /** The objective of the probe that it started from. */
  start: z.number(),
  /** How much better its best epoch was, 0 or less where it never was; null where it has no epoch. */
  gain: z.number().nullable(),
  epochs: z.number().int().nonnegative(),
  /** Seconds of an epoch on average; null without one. */
  epochSeconds: z.number().nonnegative().nullable(),
  /** Floating-point operations of an epoch for each training example; null where they are not known. */
  work: z.number().nonnegative().nullable(),
});
export type ExperienceRow = z.infer<typeof experienceRowSchema>;

/** A trial of an earlier study, as a study that begins keeps it for its sampler. */
export const earlierTrialSchema = z.strictObject({
  /** Id of its study. */
  study: z.string(),
  /** With the backbone as this study calls it. */
  configuration: configurationSchema,
  /** What it gained over the probe that it started from, higher is better; null where it failed. */
  gain: z.number().nullable(),
});
export type EarlierTrial = z.infer<typeof earlierTrialSchema>;
