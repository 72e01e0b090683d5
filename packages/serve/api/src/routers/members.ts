import { createInvitation, createReset, email, openInvitations } from '@espalier/auth';
import type { Database, Prisma } from '@espalier/store';
import { TRPCError } from '@trpc/server';
import { z } from 'zod';
import { nothing, page } from '../answers/common.js';
import { invitation, madeInvitation, member, reset } from '../answers/team.js';
import { roles, type Access, type Role } from '../context.js';
import { decodeCursor, moment, pageInput, pageOf, type Position } from '../inputs/paging.js';
import { adminProcedure, notFound, router, viewerProcedure } from '../trpc.js';

const id = z.uuid();
const role = z.enum(roles);

const positionOf = (row: { createdAt: Date; id: string }) => ({ key: row.createdAt, id: row.id });
/** Rows that came after one, which are listed behind it. */
const after = (from: Position<string> | null) =>
  from === null
    ? []
    : [{ OR: [{ createdAt: { gt: from.key } }, { createdAt: from.key, id: { gt: from.id } }] }];

/** Works on a member while nobody else changes the members of the organisation. */
async function withMember<T>(
  { client }: Database,
  { organizationId }: Access,
  memberId: string,
  work: (
    tx: Prisma.TransactionClient,
    member: { readonly id: string; readonly userId: string; readonly role: string },
  ) => Promise<T>,
): Promise<T> {
  return client.$transaction(async (tx) => {
    await tx.$queryRaw`SELECT "id" FROM "organization" WHERE "id" = ${organizationId} FOR UPDATE`;
    const member = await tx.member.findFirst({ where: { id: memberId, organizationId } });
    if (member === null) throw notFound('member');
    return work(tx, member);
  });
}

/** @throws TRPCError where an organisation would have nobody to look after it */
async function requireOtherAdmin(
  tx: Prisma.TransactionClient,
  { organizationId }: Access,
  member: { readonly id: string; readonly role: string },
): Promise<void> {
  if (member.role !== 'admin') return;
  const others = await tx.member.count({
    where: { organizationId, role: 'admin', id: { not: member.id } },
  });
  if (others > 0) return;
  throw new TRPCError({
    code: 'CONFLICT',
    message: 'this is the last admin of the organisation; make somebody else an admin first',
  });
}

/** @throws TRPCError where an admin would get into another organisation, or a program into an account */
async function requireOwnPerson(
  tx: Prisma.TransactionClient,
  { organizationId, keyId }: Access,
  userId: string,
): Promise<void> {
  if (keyId !== undefined) {
    throw new TRPCError({
      code: 'FORBIDDEN',
      message: 'only a signed-in admin can do this, not a key; sign in',
    });
  }
  const elsewhere = await tx.member.count({ where: { userId, organizationId: { not: organizationId } } });
  if (elsewhere === 0) return;
  throw new TRPCError({
    code: 'CONFLICT',
    message:
      'this person also belongs to another organisation, to which a new password would give you access',
  });
}

/** @throws TRPCError where a program would make somebody an admin, who outlives its key */
function requirePersonFor(role: Role, { keyId }: Access): void {
  if (role !== 'admin' || keyId === undefined) return;
  throw new TRPCError({
    code: 'FORBIDDEN',
    message: 'only a signed-in admin can make somebody an admin, not a key; sign in',
  });
}

/** @throws TRPCError on a server without sign-in, to which nobody can be invited */
function requireUser({ userId }: Access): string {
  if (userId !== null) return userId;
  throw new TRPCError({
    code: 'PRECONDITION_FAILED',
    message: 'this server has a single user and no sign-in; start it with --team',
  });
}

export const members = router({
  list: viewerProcedure
    .meta({ about: 'Lists the members of the organisation, in the order they came' })
    .output(page(member))
    .input(pageInput)
    .query(async ({ ctx: { database, access }, input }) => {
      const rows = await database.client.member.findMany({
        where: {
          organizationId: access.organizationId,
          AND: after(decodeCursor(input.cursor, moment)),
        },
        orderBy: [{ createdAt: 'asc' }, { id: 'asc' }],
        take: input.limit + 1,
        include: { user: { select: { name: true, email: true } } },
      });
      return pageOf(rows, input.limit, positionOf, (row) => ({
        id: row.id,
        userId: row.userId,
        name: row.user.name,
        email: row.user.email,
        role: row.role,
        createdAt: row.createdAt.toISOString(),
      }));
    }),

  setRole: adminProcedure
    .meta({ about: 'Gives a member another role' })
    .output(nothing)
    .input(z.object({ id, role }))
    .mutation(async ({ ctx: { database, access }, input }) => {
      requirePersonFor(input.role, access);
      await withMember(database, access, input.id, async (tx, member) => {
        if (input.role !== 'admin') await requireOtherAdmin(tx, access, member);
        await tx.member.update({ where: { id: member.id }, data: { role: input.role } });
      });
    }),

  remove: adminProcedure
    .meta({ about: 'Removes a member; their keys of this organisation go with them' })
    .output(nothing)
    .input(z.object({ id }))
    .mutation(async ({ ctx: { database, access }, input }) => {
      const { organizationId } = access;
      await withMember(database, access, input.id, async (tx, member) => {
        await requireOtherAdmin(tx, access, member);
        await tx.apiKey.deleteMany({ where: { organizationId, userId: member.userId } });
        await tx.member.delete({ where: { id: member.id } });
      });
    }),

  resetPassword: adminProcedure
    .meta({
      about:
        'Gives what stands behind the # of the link `/reset#<token>`, by which a member sets a new password',
    })
    .output(reset)
    .input(z.object({ id }))
    .mutation(async ({ ctx: { database, access }, input }) =>
      withMember(database, access, input.id, async (tx, { userId }) => {
        await requireOwnPerson(tx, access, userId);
        const { token, expiresAt } = await createReset(tx, userId);
        return { token, expiresAt: expiresAt.toISOString() };
      }),
    ),

  invite: adminProcedure
    .meta({
      about: 'Gives the last part of the link `/invite/<token>`, this one time; who has the link can accept',
    })
    .output(madeInvitation)
    .input(z.object({ email, role }))
    .mutation(async ({ ctx: { database, access }, input }) => {
      requirePersonFor(input.role, access);
      const { organizationId } = access;
      const inviterId = requireUser(access);
      const { client } = database;
      const known = await client.member.count({ where: { organizationId, user: { email: input.email } } });
      if (known > 0) {
        throw new TRPCError({ code: 'CONFLICT', message: `${input.email} is a member already` });
      }
      const made = await createInvitation(client, { organizationId, inviterId, ...input });
      return { ...made, expiresAt: made.expiresAt.toISOString() };
    }),

  invitations: adminProcedure
    .meta({ about: 'Lists the invitations that are open' })
    .output(page(invitation))
    .input(pageInput)
    .query(async ({ ctx: { database, access }, input }) => {
      const rows = await database.client.invitation.findMany({
        where: {
          organizationId: access.organizationId,
          ...openInvitations(),
          AND: after(decodeCursor(input.cursor, moment)),
        },
        orderBy: [{ createdAt: 'asc' }, { id: 'asc' }],
        take: input.limit + 1,
        include: { inviter: { select: { name: true } } },
      });
      return pageOf(rows, input.limit, positionOf, (row) => ({
        id: row.id,
        email: row.email,
        role: row.role,
        inviter: row.inviter.name,
        expiresAt: row.expiresAt.toISOString(),
      }));
    }),

  cancelInvitation: adminProcedure
    .meta({ about: 'Cancels an invitation that is open' })
    .output(nothing)
    .input(z.object({ id }))
    .mutation(async ({ ctx: { database, access }, input }) => {
      const { count } = await database.client.invitation.updateMany({
        where: { id: input.id, organizationId: access.organizationId, ...openInvitations() },
        data: { status: 'canceled' },
      });
      if (count === 0) throw notFound('invitation');
    }),
});
