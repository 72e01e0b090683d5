import { z } from 'zod';

/** One line of a study's leaderboard: baselines, probes, trials and averages, all measured alike. */
export const leaderboardEntrySchema = z.strictObject({
  /** Such as `probe-3`: what exports and predictions call it. */
  name: z.string(),
  kind: z.enum(['baseline', 'probe', 'trial', 'average']),
  title: z.string(),
  /** 0..1, with the bounds of its 95 % interval. */
  accuracy: z.number(),
  low: z.number(),
  high: z.number(),
  /** In nats. */
  logLoss: z.number(),
  /** How many examples it was measured on, none of which it had learnt from. */
  examples: z.number().int().positive(),
  /** `folds` over training and validation examples, or the `validation` split. */
  basis: z.enum(['folds', 'validation']),
});
export type LeaderboardEntry = z.infer<typeof leaderboardEntrySchema>;
