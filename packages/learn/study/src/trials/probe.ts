import { z } from 'zod';
import { formerStanding } from '../former/standing.js';
import { probeScoresSchema } from './scores.js';
import { standingFields } from './standing.js';

/** A linear classifier on fixed features, as it did on examples that it had not learnt from. */
export const probeFieldsSchema = z.strictObject({
  /** From 0, in the order of the study's plan. */
  number: z.number().int().nonnegative(),
  /** `baseline` reads nothing that was pre-trained. */
  role: z.enum(['probe', 'baseline']),
  backbone: z.string().nullable(),
  /** Description of its features, for people. */
  title: z.string(),
  /** Which blocks of which source, and how much each counts. */
  parts: z.array(z.strictObject({ source: z.string(), block: z.string(), weight: z.number().positive() })),
  /** Numbers an example. */
  width: z.number().int().positive(),
  /** L2 penalty on the weights, of the sum of the examples' losses. */
  penalty: z.number().positive(),
  ...standingFields,
  seconds: z.number().nonnegative(),
  /** Of one probe of each depth; studies of earlier versions have none. */
  scores: probeScoresSchema.optional(),
});
export type ProbeRecord = z.infer<typeof probeFieldsSchema>;

/** Reads a probe, of earlier versions too. */
export const probeRecordSchema = z.preprocess(formerStanding, probeFieldsSchema);

/** Probe result of earlier versions; it is read, and the probe is fitted again. */
export const formerProbeSchema = z.strictObject({
  backbone: z.string(),
  freezeDepth: z.number().int().positive(),
  width: z.number().int().positive(),
  results: z.record(
    z.enum(['ridge', 'logistic']),
    z.strictObject({ accuracy: z.number(), penalty: z.number() }),
  ),
});
