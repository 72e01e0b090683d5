import { z } from 'zod';

/**
 * How a backbone is named: one that comes along, a family, or one on a hub. A path would be one of any
 * worker's machine.
 */
export const reference = z
  .string()
  .max(300)
  .regex(
    /^(?:[a-z0-9][a-z0-9-]*|(?:[a-z0-9-]+=)?hf:[\w.-]+\/[\w.-]+(?:@[\w.-]+)?(?:#[\w./-]+)?)$/,
    'a name such as vision-mini, or hf:owner/name',
  )
  .refine((text) => !text.includes('..'), 'a name holds no ..');
