import { faultsOf } from '@espalier/transfer';
import { z } from 'zod';
import { ServingError } from './errors.js';

const count = z.number().int().min(1);

/** Limits and batching of a server. */
export const limitsSchema = z
  .strictObject({
    batch: count.default(16).describe('Maximum inputs per run of the network'),
    wait: z
      .number()
      .min(0)
      .max(10_000)
      .default(5)
      .describe('Maximum milliseconds that an input waits for others to share its run'),
    queue: count
      .default(256)
      .describe(
        'Maximum accepted inputs that are not answered yet; further ones are refused with status 503',
      ),
    inputs: count.default(64).describe('Maximum inputs per request'),
    fileBytes: count.default(16 * 2 ** 20).describe('Maximum bytes per file'),
    bodyBytes: count.default(64 * 2 ** 20).describe('Maximum bytes per request body'),
    memoryBytes: count.default(512 * 2 ** 20).describe('Maximum total bytes of the bodies of open requests'),
    receiving: count
      .default(60_000)
      .describe('Maximum milliseconds that a client may take to send a request'),
  })
  .superRefine(({ queue, inputs, fileBytes, bodyBytes, memoryBytes }, context) => {
    const complain = (path: string, message: string): void =>
      context.addIssue({ code: 'custom', path: [path], message });
    if (inputs > queue) complain('inputs', `it must be at most the queue length, ${queue}`);
    if (fileBytes > bodyBytes)
      complain('fileBytes', `it must be at most the size of a body, ${bodyBytes} bytes`);
    if (bodyBytes > memoryBytes)
      complain('bodyBytes', `it must be at most the memory for bodies, ${memoryBytes} bytes`);
  });

export type Limits = z.infer<typeof limitsSchema>;

/** @throws ServingError where the limits make no sense, or not together */
export function completeLimits(given: Partial<Limits>): Limits {
  const parsed = limitsSchema.safeParse(given);
  if (parsed.success) return parsed.data;
  throw new ServingError(`the server's limits are invalid: ${faultsOf(parsed.error)}`);
}
