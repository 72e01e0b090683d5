import { trialRoleSchema } from '@espalier/study';
import { z } from 'zod';
import { roles } from '../context.js';
import { anything, id, moment, whole } from './common.js';

const named = z.strictObject({ id, name: z.string() });

export const project = z.strictObject({
  id,
  name: z.string(),
  slug: z.string(),
  quota: whole.nullable().describe('Limit of concurrent tasks; null for no limit'),
  uploads: z.strictObject({
    bytes: z.number().describe('Total size of the uploads'),
    limit: z.number().describe('Limit of the total size'),
    own: z.number().nullable().describe("Limit that an admin has set; null for the server's default"),
  }),
  studies: whole,
});

export const worker = z.strictObject({
  id,
  name: z.string(),
  host: z.string(),
  providers: z.array(z.string()).describe('Execution providers'),
  memory: z.number().describe('Memory per task in bytes'),
  slots: whole.describe('Limit of concurrent tasks'),
  startedAt: moment,
  seenAt: moment,
  busy: whole.describe('Number of current tasks of all organisations'),
  tasks: z
    .array(
      z.strictObject({
        kind: z.string(),
        studyId: id,
        studyName: z.string(),
        role: trialRoleSchema.nullable(),
        trial: whole.nullable(),
      }),
    )
    .describe("Current tasks of the caller's organisation"),
});

/** The caller, and the ways to sign in. */
export const session = z.union([
  z.strictObject({ mode: z.literal('single') }),
  z.strictObject({
    mode: z.literal('team'),
    oidc: z.boolean().describe('Whether single sign-on is offered'),
    empty: z.boolean().describe('Whether the first account is still missing'),
    user: named.extend({ email: z.string() }).nullable(),
    organization: named.nullable(),
    role: z.enum(roles).nullable(),
    organizations: z.array(named).describe('Organisations of the user'),
  }),
]);
export type Session = z.infer<typeof session>;

export const member = z.strictObject({
  ...{ id, userId: id, name: z.string(), email: z.string(), role: z.string(), createdAt: moment },
});

/** A secret that lets somebody in and is shown only once. */
export const reset = z.strictObject({ token: z.string(), expiresAt: moment });
export const madeInvitation = reset.extend({ id });

export const invitation = z.strictObject({
  ...{ id, email: z.string(), role: z.string().nullable(), inviter: z.string(), expiresAt: moment },
});

export const listedKey = z.strictObject({
  id,
  name: z.string(),
  start: z.string().describe('Its first characters'),
  role: z.string(),
  owner: z.string(),
  expiresAt: moment.nullable(),
  lastUsedAt: moment.nullable(),
  createdAt: moment,
});

export const madeKey = z.strictObject({ id, key: z.string().describe('Secret, shown only this once') });

export const auditEntry = z.strictObject({
  id,
  action: z.string().describe('The procedure, such as `members.setRole`'),
  target: z.string().nullable().describe('Id of the changed object'),
  data: anything.describe('Input without secrets'),
  userId: id.nullable(),
  userName: z.string().nullable(),
  keyId: id.nullable().describe('Key that was used'),
  keyName: z.string().nullable(),
  address: z.string().nullable(),
  createdAt: moment,
});
