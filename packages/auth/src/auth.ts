import type { IncomingMessage, ServerResponse } from 'node:http';
import { roleOf, type Access } from './access.js';
import { AUTH_PATH, createBetterAuth, OIDC, type AuthParts } from './betterAuth.js';
import { accessOfKey } from './keys.js';
import { fetchRequest, headersOf, sendResponse } from './request.js';

/** What better-auth answers. All that changes a team goes by the API, which checks and records it. */
const open: ReadonlySet<string> = new Set([
  'POST /sign-in/email',
  'POST /sign-in/social',
  `GET /callback/${OIDC}`,
  `POST /callback/${OIDC}`,
  'POST /sign-out',
  'POST /change-password',
  'POST /organization/set-active',
  'POST /team/setup',
  'GET /team/invitation',
  'POST /team/join',
]);

export interface Auth {
  /** Whether people may sign in by single sign-on. */
  readonly oidc: boolean;
  /** Answers what is about sign-in; false for requests that are not. */
  readonly answer: (request: IncomingMessage, response: ServerResponse) => Promise<boolean>;
  readonly accessOf: (request: IncomingMessage) => Promise<Access | null>;
  /** The person who is signed in, whether or not of an organisation. */
  readonly userIdOf: (request: IncomingMessage) => Promise<string | null>;
}

export function createAuth(parts: AuthParts): Auth {
  const auth = createBetterAuth(parts);
  const sessionOf = (request: IncomingMessage) => auth.api.getSession({ headers: headersOf(request) });
  return {
    oidc: parts.oidc !== null,
    answer: async (request, response) => {
      const { pathname } = new URL(request.url ?? '/', parts.url);
      if (!pathname.startsWith(`${AUTH_PATH}/`)) return false;
      if (!open.has(`${request.method} ${pathname.slice(AUTH_PATH.length)}`)) {
        await sendResponse(refusal(404, 'there is nothing here'), response);
        return true;
      }
      const asked = await fetchRequest(request, parts.url);
      const answer =
        asked === null ? refusal(413, 'this is too large for a sign-in') : await auth.handler(asked);
      await sendResponse(answer, response);
      return true;
    },
    accessOf: async (request) => {
      const { authorization } = request.headers;
      if (authorization !== undefined) {
        const key = /^Bearer (\S+)$/i.exec(authorization)?.[1];
        return key === undefined ? null : accessOfKey(parts.database, key);
      }
      const found = await sessionOf(request);
      if (found === null) return null;
      return accessOfUser(parts, found.user.id, found.session.activeOrganizationId ?? null);
    },
    userIdOf: async (request) => (await sessionOf(request))?.user.id ?? null,
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
