import type { Database, Prisma } from '@espalier/store';
import { page } from '../answers/common.js';
import { auditEntry } from '../answers/team.js';
import { decodeCursor, moment, pageInput, pageOf } from '../inputs/paging.js';
import { adminProcedure, router } from '../trpc.js';

type Row = Prisma.AuditEntryGetPayload<object>;

const known = (ids: readonly (string | null)[]): string[] => [
  ...new Set(ids.filter((id): id is string => id !== null)),
];

/** Names of people and keys, as far as they are still there. */
async function namesOf({ client }: Database, rows: readonly Row[]): Promise<ReadonlyMap<string, string>> {
  const select = { id: true, name: true } as const;
  const [users, keys] = await Promise.all([
    client.user.findMany({ where: { id: { in: known(rows.map(({ userId }) => userId)) } }, select }),
    client.apiKey.findMany({ where: { id: { in: known(rows.map(({ keyId }) => keyId)) } }, select }),
  ]);
  return new Map([...users, ...keys].map(({ id, name }) => [id, name]));
}

export const audit = router({
  list: adminProcedure
    .meta({ about: 'Lists who changed what, newest first' })
    .output(page(auditEntry))
    .input(pageInput)
    .query(async ({ ctx: { database, access }, input }) => {
      const from = decodeCursor(input.cursor, moment);
      const before: Prisma.AuditEntryWhereInput[] =
        from === null
          ? []
          : [{ OR: [{ createdAt: { lt: from.key } }, { createdAt: from.key, id: { lt: from.id } }] }];
      const rows = await database.client.auditEntry.findMany({
        where: { organizationId: access.organizationId, AND: before },
        orderBy: [{ createdAt: 'desc' }, { id: 'desc' }],
        take: input.limit + 1,
      });
      const names = await namesOf(database, rows);
      const nameOf = (id: string | null): string | null => (id === null ? null : (names.get(id) ?? null));
      const positionOf = (row: Row) => ({ key: row.createdAt, id: row.id });
      return pageOf(rows, input.limit, positionOf, (row) => ({
        id: row.id,
        action: row.action,
        target: row.target,
        data: row.data,
        userId: row.userId,
        userName: nameOf(row.userId),
        keyId: row.keyId,
        keyName: nameOf(row.keyId),
        address: row.address,
        createdAt: row.createdAt.toISOString(),
      }));
    }),
});
