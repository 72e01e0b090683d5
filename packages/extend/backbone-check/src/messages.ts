import { z } from 'zod';

/** What a child is asked. */
export const askSchema = z.strictObject({
  reference: z.string(),
  /** Where the backbone may keep what the checks need. */
  folder: z.string(),
});
export type Ask = z.infer<typeof askSchema>;

/** What it tells: each check as it ends, and that there are no more. */
export const tellSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('passed'), name: z.string() }),
  z.strictObject({ kind: z.literal('failed'), name: z.string(), reason: z.string() }),
  z.strictObject({ kind: z.literal('done') }),
]);
export type Tell = z.infer<typeof tellSchema>;
