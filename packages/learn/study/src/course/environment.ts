import { z } from 'zod';

/** Settings of the machine that works on a study. */
export const environmentSchema = z.strictObject({
  /** Folder of the activation cache, and its size limit in bytes. */
  cache: z.strictObject({ folder: z.string(), bytes: z.number().int().positive() }),
  /** Threads of the engine; chosen by the engine where it is absent. */
  threads: z.number().int().positive().optional(),
  /** File in which finished studies leave what their trials have seen; none where it is absent. */
  experience: z.string().min(1).optional(),
});
export type Environment = z.infer<typeof environmentSchema>;
