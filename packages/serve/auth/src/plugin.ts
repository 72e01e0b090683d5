import type { Database } from '@espalier/store';
import type { BetterAuthPlugin } from 'better-auth';
import { APIError, createAuthEndpoint, formCsrfMiddleware, getSessionFromCtx } from 'better-auth/api';
import { setSessionCookie } from 'better-auth/cookies';
import { invitationQuery, joinBody, setupBody } from './bodies.js';
import { acceptInvitation, showInvitation, type Guest } from './invitations.js';
import { ADDRESS_HEADER } from './request.js';
import { sameToken, setUp } from './setup.js';

type EndpointContext = Parameters<typeof setSessionCookie>[0];

/** Makes the endpoints that need no sign-in: setup, and joining by invitation. */
export const teamPlugin = (database: Database, token: string | null) =>
  ({
    id: 'espalier-team',
    endpoints: {
      setUpTeam: createAuthEndpoint(
        '/team/setup',
        {
          method: 'POST',
          use: [formCsrfMiddleware],
          body: setupBody,
        },
        async (ctx) => {
          const { token: given, organization, ...person } = ctx.body;
          if (token === null || !sameToken(token, given)) {
            throw new APIError('FORBIDDEN', {
              message: 'the setup token is wrong; open the link that the server printed when it started',
            });
          }
          const address = addressIn(ctx);
          await signIn(ctx, await setUp(database, { organization, person, address }));
          return ctx.json({ done: true });
        },
      ),
      showInvitation: createAuthEndpoint(
        '/team/invitation',
        { method: 'GET', query: invitationQuery },
        async (ctx) => ctx.json(await showInvitation(database, ctx.query.token)),
      ),
      joinTeam: createAuthEndpoint(
        '/team/join',
        {
          method: 'POST',
          use: [formCsrfMiddleware],
          body: joinBody,
        },
        async (ctx) => {
          const { token: given, account } = ctx.body;
          const session = await getSessionFromCtx(ctx);
          const guest = guestOf(session, account);
          const { userId, organizationId } = await acceptInvitation(database, given, guest, addressIn(ctx));
          if (account !== undefined) await signIn(ctx, userId);
          else if (session !== null) {
            await ctx.context.internalAdapter.updateSession(session.session.token, {
              activeOrganizationId: organizationId,
            });
          }
          return ctx.json({ done: true });
        },
      ),
    },
  }) satisfies BetterAuthPlugin;

const addressIn = ({ headers }: EndpointContext): string | null => headers?.get(ADDRESS_HEADER) ?? null;

function guestOf(
  session: { readonly user: { readonly id: string; readonly email: string } } | null,
  account: { readonly name: string; readonly password: string } | undefined,
): Guest {
  if (account !== undefined) return { kind: 'new', ...account };
  if (session === null) throw new APIError('UNAUTHORIZED', { message: 'sign in first' });
  return { kind: 'user', userId: session.user.id, email: session.user.email };
}

async function signIn(ctx: EndpointContext, userId: string): Promise<void> {
  const { internalAdapter } = ctx.context;
  const [session, user] = [
    await internalAdapter.createSession(userId),
    await internalAdapter.findUserById(userId),
  ];
  if (user === null) throw new APIError('INTERNAL_SERVER_ERROR');
  await setSessionCookie(ctx, { session, user });
}
