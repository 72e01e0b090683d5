import type { Database } from '@espalier/store';
import { session as answer, type Session } from '../answers/team.js';
import { openProcedure, router } from '../trpc.js';

async function userOf({ client }: Database, userId: string | null) {
  if (userId === null) return null;
  return client.user.findUnique({
    where: { id: userId },
    select: {
      id: true,
      name: true,
      email: true,
      memberships: {
        orderBy: [{ createdAt: 'asc' }, { id: 'asc' }],
        select: { organization: { select: { id: true, name: true } } },
      },
    },
  });
}

export const session = router({
  get: openProcedure
    .meta({ about: 'Says who is signed in, and how people sign in' })
    .output(answer)
    .query(async ({ ctx: { database, access, signIn } }): Promise<Session> => {
      if (signIn === undefined) return { mode: 'single' };
      const found = await userOf(database, signIn.userId);
      const organizations = found?.memberships.map(({ organization }) => organization) ?? [];
      return {
        mode: 'team',
        oidc: signIn.oidc,
        empty: found === null && (await database.client.user.count()) === 0,
        user: found === null ? null : { id: found.id, name: found.name, email: found.email },
        organization: organizations.find(({ id }) => id === access?.organizationId) ?? null,
        role: access?.role ?? null,
        organizations,
      };
    }),
});
