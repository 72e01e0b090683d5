import { z } from 'zod';
import { inspectionSchema, inspectOptionsSchema, progressSchema } from './summary.js';

/** What a child is asked. */
export const askSchema = z.strictObject({ path: z.string(), options: inspectOptionsSchema });
export type Ask = z.infer<typeof askSchema>;

/** What it tells. */
export const tellSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('progress'), progress: progressSchema }),
  z.strictObject({ kind: z.literal('done'), inspection: inspectionSchema }),
  z.strictObject({ kind: z.literal('failed'), message: z.string() }),
]);
export type Tell = z.infer<typeof tellSchema>;
