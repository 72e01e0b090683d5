import { newKey } from '@espalier/auth';
import type { Prisma } from '@espalier/store';
import { TRPCError } from '@trpc/server';
import { z } from 'zod';
import { nothing, page } from '../answers/common.js';
import { listedKey, madeKey } from '../answers/team.js';
import { mayAct, roles, type Access } from '../context.js';
import { decodeCursor, moment, pageInput, pageOf } from '../inputs/paging.js';
import { iso } from '../answers/shapes.js';
import { plainText } from '../inputs/texts.js';
import { memberProcedure, notFound, router } from '../trpc.js';

const DAY_MILLISECONDS = 24 * 60 * 60 * 1000;

/** Admins look after all keys of the organisation, everybody else after their own. */
const visible = ({ organizationId, userId, role }: Access): Prisma.ApiKeyWhereInput => ({
  organizationId,
  ...(role !== 'admin' && { userId: userId ?? '' }),
});

/** @throws TRPCError where it is not a person who asks, or one of a lesser role */
function requireMaker({ userId, keyId, role }: Access, wanted: Access['role']): string {
  if (userId === null || keyId !== undefined) {
    throw new TRPCError({
      code: 'FORBIDDEN',
      message: 'only a signed-in person can create a key, so that no key outlives its revocation; sign in',
    });
  }
  if (!mayAct(role, wanted)) {
    throw new TRPCError({
      code: 'FORBIDDEN',
      message: `your own role is ${role}; give the key that at most`,
    });
  }
  return userId;
}

export const keys = router({
  list: memberProcedure
    .meta({ about: 'Lists keys: all of the organisation for admins, and for everybody else their own' })
    .output(page(listedKey))
    .input(pageInput)
    .query(async ({ ctx: { database, access }, input }) => {
      const from = decodeCursor(input.cursor, moment);
      const before: Prisma.ApiKeyWhereInput[] =
        from === null
          ? []
          : [{ OR: [{ createdAt: { lt: from.key } }, { createdAt: from.key, id: { lt: from.id } }] }];
      const rows = await database.client.apiKey.findMany({
        where: { ...visible(access), AND: before },
        orderBy: [{ createdAt: 'desc' }, { id: 'desc' }],
        take: input.limit + 1,
        omit: { hash: true },
        include: { user: { select: { name: true } } },
      });
      const positionOf = (row: { createdAt: Date; id: string }) => ({ key: row.createdAt, id: row.id });
      return pageOf(rows, input.limit, positionOf, (row) => ({
        id: row.id,
        name: row.name,
        start: row.start,
        role: row.role,
        owner: row.user.name,
        expiresAt: iso(row.expiresAt),
        lastUsedAt: iso(row.lastUsedAt),
        createdAt: row.createdAt.toISOString(),
      }));
    }),

  create: memberProcedure
    .meta({ about: 'Makes a key, and shows it the one time' })
    .output(madeKey)
    .input(
      z.object({
        name: plainText(100).min(1),
        role: z.enum(roles),
        /** Null for a key that does not expire. */
        days: z.number().int().min(1).max(3650).nullable(),
      }),
    )
    .mutation(async ({ ctx: { database, access }, input: { name, role, days } }) => {
      const userId = requireMaker(access, role);
      const { key, hash, start } = newKey();
      const expiresAt = days === null ? null : new Date(Date.now() + days * DAY_MILLISECONDS);
      const { organizationId } = access;
      const { id } = await database.client.apiKey.create({
        data: { organizationId, userId, name, hash, start, role, expiresAt },
      });
      return { id, key };
    }),

  revoke: memberProcedure
    .meta({ about: 'Revokes a key' })
    .output(nothing)
    .input(z.object({ id: z.uuid() }))
    .mutation(async ({ ctx: { database, access }, input }) => {
      const { count } = await database.client.apiKey.deleteMany({
        where: { id: input.id, ...visible(access) },
      });
      if (count === 0) throw notFound('key');
    }),
});
