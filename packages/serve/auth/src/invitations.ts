import { createHash, randomUUID } from 'node:crypto';
import type { Database, Prisma } from '@espalier/store';
import { APIError } from 'better-auth/api';
import { roleOf } from './access.js';
import { createPerson } from './people.js';
import { dropResets } from './resets.js';

const gone = (): APIError =>
  new APIError('NOT_FOUND', {
    message: 'this invitation was used, withdrawn or has expired; ask for another one',
  });

/** Invitations that can be accepted. */
export const openInvitations = (now = new Date()): Prisma.InvitationWhereInput => ({
  status: 'pending',
  expiresAt: { gt: now },
});

/** The last part of an invitation's link is a token, of which the database has the hash alone. */
const hashOf = (token: string): string => createHash('sha256').update(token).digest('hex');

const WEEK_MILLISECONDS = 7 * 24 * 60 * 60 * 1000;

export interface InvitationStart {
  readonly organizationId: string;
  readonly inviterId: string;
  readonly email: string;
  readonly role: string;
  /** In a week where it is left out. */
  readonly expiresAt?: Date;
}

export interface MadeInvitation {
  readonly id: string;
  /** The last part of the link `/invite/<token>`; who has it can accept, once. It is shown this one time. */
  readonly token: string;
  readonly expiresAt: Date;
}

export async function createInvitation(
  { invitation }: Pick<Prisma.TransactionClient, 'invitation'>,
  { expiresAt = new Date(Date.now() + WEEK_MILLISECONDS), ...start }: InvitationStart,
): Promise<MadeInvitation> {
  const token = randomUUID();
  const { id } = await invitation.create({ data: { ...start, expiresAt, tokenHash: hashOf(token) } });
  return { id, token, expiresAt };
}

export interface InvitationShape {
  readonly organization: string;
  readonly email: string;
  readonly role: string;
  /** Whether who is invited signs in, or makes an account first. */
  readonly hasAccount: boolean;
}

/** @throws APIError where it is not open */
export async function showInvitation({ client }: Database, token: string): Promise<InvitationShape> {
  const row = await client.invitation.findFirst({
    where: { tokenHash: hashOf(token), ...openInvitations() },
    include: { organization: { select: { name: true } } },
  });
  if (row === null) throw gone();
  const hasAccount = (await client.user.count({ where: { email: row.email } })) > 0;
  return { organization: row.organization.name, email: row.email, role: row.role ?? 'viewer', hasAccount };
}

/** The person who accepts: a signed-in user or a new one. */
export type Guest =
  | { readonly kind: 'user'; readonly userId: string; readonly email: string }
  | { readonly kind: 'new'; readonly name: string; readonly password: string };

/**
 * Makes who is invited a member, once.
 *
 * @throws APIError where the invitation is not open, or is for somebody else
 * @param address the network address that it is accepted from
 * @returns the person and the organisation
 */
export async function acceptInvitation(
  { client }: Database,
  token: string,
  guest: Guest,
  address: string | null,
): Promise<{ readonly userId: string; readonly organizationId: string }> {
  const tokenHash = hashOf(token);
  return client.$transaction(async (tx) => {
    const taken = await tx.invitation.updateMany({
      where: { tokenHash, ...openInvitations() },
      data: { status: 'accepted' },
    });
    if (taken.count !== 1) throw gone();
    const { id, organizationId, email, role } = await tx.invitation.findUniqueOrThrow({
      where: { tokenHash },
    });
    const userId = await guestId(tx, email, guest);
    await dropResets(tx, userId);
    // A role that this version does not know gives the least.
    const data = { organizationId, userId, role: roleOf(role ?? '') ?? 'viewer' };
    await tx.member.upsert({
      where: { organizationId_userId: { organizationId, userId } },
      create: data,
      update: {},
    });
    await tx.auditEntry.create({
      data: { organizationId, userId, action: 'team.join', target: id, data: { email, role }, address },
    });
    return { userId, organizationId };
  });
}

async function guestId(tx: Prisma.TransactionClient, email: string, guest: Guest): Promise<string> {
  if (guest.kind === 'user') {
    if (guest.email !== email) {
      throw new APIError('FORBIDDEN', {
        message: `this invitation is for ${email}; sign out, and sign in with that address`,
      });
    }
    return guest.userId;
  }
  if ((await tx.user.count({ where: { email } })) > 0) {
    throw new APIError('CONFLICT', { message: `${email} already has an account; sign in first` });
  }
  return createPerson(tx, { name: guest.name, email, password: guest.password });
}
