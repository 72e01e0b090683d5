import { trialRoleSchema } from '@espalier/study';
import { z } from 'zod';
import { roles } from '../context.js';
import { anything, id, moment, whole } from './common.js';

const named = z.strictObject({ id, name: z.string() });

export const project = z.strictObject({
  id,
  name: z.string(),
  slug: z.string(),
  quota: whole.nullable().describe('Tasks of it that may run at once; null for as many as there are workers'),
  uploads: z.strictObject({
    bytes: z.number().describe('Of its uploads together'),
    limit: z.number().describe('How many they may be'),
    own: z.number().nullable().describe('What an admin has set; null for what is usual on the server'),
  }),
  studies: whole,
});

export const worker = z.strictObject({
  id,
  name: z.string(),
  host: z.string(),
  providers: z.array(z.string()).describe('Where it computes'),
  memory: z.number().describe('Bytes that a task may take'),
  slots: whole.describe('Tasks at once'),
  startedAt: moment,
  seenAt: moment,
  busy: whole.describe('Tasks that it does now, whosever they are'),
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
    .describe('Those of the own organisation'),
});

/** Who asks, and how people sign in. */
export const session = z.union([
  z.strictObject({ mode: z.literal('single') }),
  z.strictObject({
    mode: z.literal('team'),
    oidc: z.boolean().describe('Whether single sign-on is offered'),
    empty: z.boolean().describe('Whether the first person has yet to come'),
    user: named.extend({ email: z.string() }).nullable(),
    organization: named.nullable(),
    role: z.enum(roles).nullable(),
    organizations: z.array(named).describe('All that the user is a member of'),
  }),
]);
export type Session = z.infer<typeof session>;

export const member = z.strictObject({
  ...{ id, userId: id, name: z.string(), email: z.string(), role: z.string(), createdAt: moment },
});

/** What lets somebody in, this one time. */
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

export const madeKey = z.strictObject({ id, key: z.string().describe('It is shown this one time') });

export const auditEntry = z.strictObject({
  id,
  action: z.string().describe('The procedure, such as `members.setRole`'),
  target: z.string().nullable().describe('Id of what it was done to'),
  data: anything.describe('What was asked, without secrets'),
  userId: id.nullable(),
  userName: z.string().nullable(),
  keyId: id.nullable().describe('The key by which it was done'),
  keyName: z.string().nullable(),
  address: z.string().nullable(),
  createdAt: moment,
});
