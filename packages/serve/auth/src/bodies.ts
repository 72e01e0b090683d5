import { z } from 'zod';
import { email, organizationName, password, personName } from './people.js';

/** Input of the first person's setup. */
export const setupBody = z.object({
  token: z.string().max(100).describe('That the server printed when it started'),
  organization: organizationName,
  name: personName,
  email,
  password,
});

export const invitationQuery = z.object({ token: z.uuid().describe('The last part of the link') });

export const joinBody = z.object({
  token: z.uuid().describe('The last part of the link of the invitation'),
  account: z
    .object({ name: personName, password })
    .optional()
    .describe('Absent for somebody who is signed in'),
});
