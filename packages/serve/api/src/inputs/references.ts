import { z } from 'zod';

const hub = /(?:[a-z0-9-]+=)?hf:[\w.-]+\/[\w.-]+(?:@[\w.-]+)?(?:#[\w./-]+)?/;
const ADDED = 'added:';
const added = /added:[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/;

/**
 * Reference to a backbone: one that comes with Espalier, a family, one on a hub, or one that was added to the
 * project. A path would be one of any worker's machine.
 */
export const reference = z
  .string()
  .max(300)
  .regex(
    new RegExp(`^(?:[a-z0-9][a-z0-9-]*|${added.source}|${hub.source})$`),
    'a name such as vision-mini, or hf:owner/name',
  )
  .refine((text) => !text.includes('..'), 'a name holds no ..');

const hubReference = new RegExp(`^${hub.source}$`);

/** Whether a text names a network on a hub, with the family that it is used as where one is given. */
export const isHubReference = (text: string): boolean => hubReference.test(text) && !text.includes('..');

/** Makes the reference of studies to a backbone that was added to a project. */
export const addedReference = (id: string): string => `${ADDED}${id}`;

/** The id of an added backbone that a reference names; null where it names another kind. */
export const addedId = (text: string): string | null =>
  text.startsWith(ADDED) ? text.slice(ADDED.length) : null;
