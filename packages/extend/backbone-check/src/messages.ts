import { z } from 'zod';

/** Request to a child process. */
export const askSchema = z.strictObject({
  reference: z.string(),
  /** Folder for the backbone's downloads. */
  folder: z.string(),
});
export type CheckRequest = z.infer<typeof askSchema>;

/** Messages of a child process: each check as it ends, and the end of the last one. */
export const tellSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('passed'), name: z.string() }),
  z.strictObject({ kind: z.literal('failed'), name: z.string(), reason: z.string() }),
  z.strictObject({ kind: z.literal('done') }),
]);
export type CheckMessage = z.infer<typeof tellSchema>;
