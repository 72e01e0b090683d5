import { z } from 'zod';
import { configurationSchema } from '../search/space.js';

/** What a study that grows an earlier one begins with. */
export const growthSchema = z.strictObject({
  /** The earlier study's folder, for people: nothing is read there once the study has begun. */
  folder: z.string(),
  /** The first trials, the earlier study's best configurations. */
  first: z.array(z.strictObject({ configuration: configurationSchema, why: z.string() })),
});
export type Growth = z.infer<typeof growthSchema>;
