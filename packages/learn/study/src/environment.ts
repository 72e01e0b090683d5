import { z } from 'zod';

/** What is a machine's own when it works on a study. */
export const environmentSchema = z.strictObject({
  /** Where activations are kept, and the most bytes that they take. */
  cache: z.strictObject({ folder: z.string(), bytes: z.number().int().positive() }),
  /** Threads of the engine; chosen by the engine where it is absent. */
  threads: z.number().int().positive().optional(),
});
export type Environment = z.infer<typeof environmentSchema>;
