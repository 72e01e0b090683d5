import type { IncomingMessage, ServerResponse } from 'node:http';
import { roleOf, type Access } from './access.js';
import { AUTH_PATH, createBetterAuth, type AuthParts } from './betterAuth.js';
import { accessOfKey } from './keys.js';
import { fetchRequest, headersOf, sendResponse } from './request.js';
import { authRoutes } from './routes.js';

const open: ReadonlySet<string> = new Set(authRoutes.map(({ method, path }) => `${method} ${path}`));

export interface Auth {
  /** Whether people may sign in by single sign-on. */
  readonly oidc: boolean;
  /** Answers what is about sign-in; false for requests that are not. */
  readonly answer: (request: IncomingMessage, response: ServerResponse) => Promise<boolean>;
  readonly whoAsks: (request: IncomingMessage) => Promise<Asker>;
}

export interface Asker {
  /** Null for who is of no organisation, or not signed in. */
  readonly access: Access | null;
  readonly userId: string | null;
}

const nobody: Asker = { access: null, userId: null };

export function createAuth(parts: AuthParts): Auth {
  const auth = createBetterAuth(parts);
  return {
    oidc: parts.oidc !== null,
    answer: async (request, response) => {
      const { pathname } = new URL(request.url ?? '/', parts.url);
      if (!pathname.startsWith(`${AUTH_PATH}/`)) return false;
      if (!open.has(`${request.method} ${pathname.slice(AUTH_PATH.length)}`)) {
        await sendResponse(
          refusal(404, 'there is no route at this address; /api/openapi.json lists the routes'),
          response,
        );
        return true;
      }
      const asked = await fetchRequest(request, parts.url);
      const answer =
        asked === null ? refusal(413, 'the request is too large for a sign-in') : await auth.handler(asked);
      await sendResponse(answer, response);
      return true;
    },
    whoAsks: async (request) => {
      const { authorization } = request.headers;
      if (authorization !== undefined) {
        const key = /^Bearer (\S+)$/i.exec(authorization)?.[1];
        const access = key === undefined ? null : await accessOfKey(parts.database, key);
        return { access, userId: access?.userId ?? null };
      }
      const found = await auth.api.getSession({ headers: headersOf(request) });
      if (found === null) return nobody;
      const userId = found.user.id;
      return {
        userId,
        access: await accessOfUser(parts, userId, found.session.activeOrganizationId ?? null),
      };
    },
  };
}

const refusal = (status: number, message: string): Response => Response.json({ message }, { status });

/** In the active organisation, or the oldest one where it is not chosen or no longer theirs. */
async function accessOfUser(
  { database }: AuthParts,
  userId: string,
  active: string | null,
): Promise<Access | null> {
  const members = await database.client.member.findMany({
    where: { userId },
    orderBy: [{ createdAt: 'asc' }, { id: 'asc' }],
  });
  const member = members.find(({ organizationId }) => organizationId === active) ?? members[0];
  const role = roleOf(member?.role ?? '');
  if (member === undefined || role === null) return null;
  return { organizationId: member.organizationId, userId, role };
}
