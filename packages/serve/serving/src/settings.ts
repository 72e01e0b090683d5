import { faultsOf } from '@espalier/transfer';
import { z } from 'zod';
import { ServingError } from './errors.js';

const count = z.number().int().min(1);

/** Limits and batching of a server. */
export const limitsSchema = z
  .strictObject({
    batch: count.default(16).describe('Most inputs of one run of the network'),
    wait: z
      .number()
      .min(0)
      .max(10_000)
      .default(5)
      .describe('Most milliseconds that an input waits for others to share its run'),
    queue: count
      .default(256)
      .describe('Most inputs that are taken on and not answered yet; more are refused with status 503'),
    inputs: count.default(64).describe('Most inputs of one request'),
    fileBytes: count.default(16 * 2 ** 20).describe('Most bytes of one file'),
    bodyBytes: count.default(64 * 2 ** 20).describe("Most bytes of one request's body"),
    memoryBytes: count
      .default(512 * 2 ** 20)
      .describe('Most bytes that the bodies of all requests under way may have together'),
    receiving: count.default(60_000).describe('Most milliseconds that a client may take to send a request'),
  })
  .superRefine(({ queue, inputs, fileBytes, bodyBytes, memoryBytes }, context) => {
    const complain = (path: string, message: string): void =>
      context.addIssue({ code: 'custom', path: [path], message });
    if (inputs > queue) complain('inputs', `one request has to fit into the queue of ${queue}`);
    if (fileBytes > bodyBytes) complain('fileBytes', `a file has to fit into the body's ${bodyBytes} bytes`);
    if (bodyBytes > memoryBytes)
      complain('bodyBytes', `a body has to fit into ${memoryBytes} bytes of memory`);
  });

export type Limits = z.infer<typeof limitsSchema>;

/** @throws ServingError where the limits make no sense, or not together */
export function completeLimits(given: Partial<Limits>): Limits {
  const parsed = limitsSchema.safeParse(given);
  if (parsed.success) return parsed.data;
  throw new ServingError(`the server's limits are invalid: ${faultsOf(parsed.error)}`);
}
