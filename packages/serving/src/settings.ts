import { z } from 'zod';
import { ServingError } from './errors.js';

const count = z.number().int().min(1);

/** What a server takes on, and how it batches. */
const limitsSchema = z
  .strictObject({
    /** Most inputs of one run of the network. */
    batch: count.default(16),
    /** Most milliseconds that an input waits for others to share its run. */
    wait: z.number().min(0).max(10_000).default(5),
    /** Most inputs that are taken on and not answered yet; more are refused with status 503. */
    queue: count.default(256),
    /** Most inputs of one request. */
    inputs: count.default(64),
    /** Most bytes of one file. */
    fileBytes: count.default(16 * 2 ** 20),
    /** Most bytes of one request's body. */
    bodyBytes: count.default(64 * 2 ** 20),
    /** Most bytes that the bodies of all requests under way may have together. */
    memoryBytes: count.default(512 * 2 ** 20),
    /** Most milliseconds that a client may take to send a request. */
    receiving: count.default(60_000),
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
  const problems = parsed.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`);
  throw new ServingError(`the server's limits cannot be used as given: ${problems.join('; ')}`);
}
