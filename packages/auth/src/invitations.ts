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

export interface InvitationShape {
  readonly organization: string;
  readonly email: string;
  readonly role: string;
  /** Whether who is invited signs in, or makes an account first. */
  readonly hasAccount: boolean;
}

/** @throws APIError where it is not open */
export async function showInvitation({ client }: Database, id: string): Promise<InvitationShape> {
  const row = await client.invitation.findFirst({
    where: { id, ...openInvitations() },
    include: { organization: { select: { name: true } } },
  });
  if (row === null) throw gone();
  const hasAccount = (await client.user.count({ where: { email: row.email } })) > 0;
  return { organization: row.organization.name, email: row.email, role: row.role ?? 'viewer', hasAccount };
}

/** Who accepts: somebody who is signed in, or somebody new. */
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
  id: string,
  guest: Guest,
  address: string | null,
): Promise<{ readonly userId: string; readonly organizationId: string }> {
  return client.$transaction(async (tx) => {
    const taken = await tx.invitation.updateMany({
      where: { id, ...openInvitations() },
      data: { status: 'accepted' },
    });
    if (taken.count !== 1) throw gone();
    const { organizationId, email, role } = await tx.invitation.findUniqueOrThrow({ where: { id } });
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
        message: `this invitation is for ${email}; sign out, and sign in as that`,
      });
    }
    return guest.userId;
  }
  if ((await tx.user.count({ where: { email } })) > 0) {
    throw new APIError('CONFLICT', { message: `${email} has an account already; sign in first` });
  }
  return createPerson(tx, { name: guest.name, email, password: guest.password });
}
