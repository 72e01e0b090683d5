import { z } from 'zod';
import { email, organizationName, password, personName } from './people.js';

/** Input of the first person's setup. */
export const setupBody = z.object({
  token: z
    .string()
    .max(100)
    .describe('The setup token from the link that the server printed when it started'),
  organization: organizationName,
  name: personName,
  email,
  password,
});

export const invitationQuery = z.object({ token: z.uuid().describe('The last segment of the reset link') });

export const joinBody = z.object({
  token: z.uuid().describe('The last segment of the invitation link'),
  account: z
    .object({ name: personName, password })
    .optional()
    .describe('Left out by a person who is signed in'),
});
