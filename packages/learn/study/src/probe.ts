import { z } from 'zod';

/** A linear classifier on fixed features, as it did on examples that it had not learnt from. */
export const probeRecordSchema = z.strictObject({
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
  /** 0..1, with the bounds of its 95 % interval. */
  accuracy: z.number(),
  low: z.number(),
  high: z.number(),
  /** In nats. */
  logLoss: z.number(),
  /** Number of examples behind the scores. */
  examples: z.number().int().positive(),
  /** `folds` over training and validation examples, or the `validation` split. */
  basis: z.enum(['folds', 'validation']),
  seconds: z.number().nonnegative(),
});
export type ProbeRecord = z.infer<typeof probeRecordSchema>;

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
