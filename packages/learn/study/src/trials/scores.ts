import { z } from 'zod';

/** What says without training how well a backbone is expected to transfer; higher is better. */
export const probeScoresSchema = z.strictObject({
  /** Freeze depth whose pooled features were scored. */
  depth: z.number().int().nonnegative(),
  /** Examples that they were computed of: all labelled ones, or some of each class. */
  examples: z.number().int().positive(),
  values: z.array(
    z.strictObject({
      name: z.string(),
      /** Name for people. */
      title: z.string(),
      unit: z.string(),
      /** Null where the backbone has not what it needs. */
      value: z.number().nullable(),
      /** Why there is no value. */
      why: z.string().optional(),
    }),
  ),
});
export type ProbeScores = z.infer<typeof probeScoresSchema>;
