import { z } from 'zod';
import { inspectionSchema, inspectOptionsSchema, progressSchema } from './summary.js';

/** Request to a child process. */
export const askSchema = z.strictObject({ path: z.string(), options: inspectOptionsSchema });
export type InspectRequest = z.infer<typeof askSchema>;

/** Messages of a child process. */
export const tellSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('progress'), progress: progressSchema }),
  z.strictObject({ kind: z.literal('done'), inspection: inspectionSchema }),
  z.strictObject({ kind: z.literal('failed'), message: z.string() }),
]);
export type InspectMessage = z.infer<typeof tellSchema>;
