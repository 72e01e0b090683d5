import type { Database } from '@espalier/store';
import type { Role } from '../context.js';
import { openProcedure, router } from '../trpc.js';

interface Named {
  readonly id: string;
  readonly name: string;
}

/** Who asks, and how people sign in. */
export type Session =
  | { readonly mode: 'single' }
  | {
      readonly mode: 'team';
      readonly oidc: boolean;
      /** Whether the first person has yet to come. */
      readonly empty: boolean;
      readonly user: (Named & { readonly email: string }) | null;
      readonly organization: Named | null;
      readonly role: Role | null;
      /** All that the user is a member of. */
      readonly organizations: readonly Named[];
    };

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
  get: openProcedure.query(async ({ ctx: { database, access, signIn } }): Promise<Session> => {
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
