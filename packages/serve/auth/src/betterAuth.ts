import type { Database } from '@espalier/store';
import { betterAuth, type BetterAuthOptions } from 'better-auth';
import { prismaAdapter } from 'better-auth/adapters/prisma';
import { isAPIError } from 'better-auth/api';
import { genericOAuth, organization } from 'better-auth/plugins';
import { createAccessControl } from 'better-auth/plugins/access';
import { openInvitations } from './invitations.js';
import { guessing } from './guessing.js';
import { createLimit, TooManyError, type Limit, type Rule } from './limits.js';
import type { Oidc } from './oidc.js';
import { FEWEST_CHARACTERS, MOST_CHARACTERS } from './people.js';
import { keptReset, RESET_PREFIX } from './resets.js';
import { teamPlugin } from './plugin.js';
import { ADDRESS_HEADER } from './request.js';

export interface AuthParts {
  readonly database: Database;
  readonly secret: string;
  /** Public address of the server, such as `https://espalier.example`. */
  readonly url: string;
  /** Others that it may be reached by. */
  readonly otherUrls: readonly string[];
  readonly oidc: Oidc | null;
  /** Begins the first organisation; null where there is one. */
  readonly setupToken: string | null;
  readonly rules: SignInRules;
  readonly onFailure: (message: string) => void;
}

export interface SignInRules {
  /** Attempts from one address. */
  readonly address: Rule;
  /** Attempts with one e-mail address that failed, from one address. */
  readonly email: Rule;
  /** The same from all addresses together, but for those that its person has signed in from. */
  readonly everywhere: Rule;
}

export const usualSignInRules: SignInRules = {
  address: { points: 10, seconds: 60 },
  email: { points: 20, seconds: 900 },
  everywhere: { points: 500, seconds: 900 },
};

export const AUTH_PATH = '/api/auth';
export const OIDC = 'oidc';

/** After which everybody signs in again. */
const SESSION_SECONDS = 14 * 24 * 60 * 60;

/** Permissions on an organisation. better-auth lets admins change it, but only through the API, which checks and records changes. */
const control = createAccessControl({ team: ['read', 'work', 'manage'] });
const organizationRoles = {
  viewer: control.newRole({ team: ['read'] }),
  member: control.newRole({ team: ['read', 'work'] }),
  admin: control.newRole({ team: ['read', 'work', 'manage'] }),
};

export const createBetterAuth = (parts: AuthParts) =>
  betterAuth({
    appName: 'Espalier',
    baseURL: parts.url,
    basePath: AUTH_PATH,
    secret: parts.secret,
    trustedOrigins: [parts.url, ...parts.otherUrls],
    // Without its transactions: the hooks below ask the database too, and an embedded one has a single connection.
    database: prismaAdapter(parts.database.client, { provider: 'postgresql', transaction: false }),
    emailAndPassword: {
      enabled: true,
      // The first person comes by the setup, all others by invitation.
      disableSignUp: true,
      minPasswordLength: FEWEST_CHARACTERS,
      maxPasswordLength: MOST_CHARACTERS,
      revokeSessionsOnPasswordReset: true,
    },
    // A copy of the database lets nobody in.
    verification: {
      storeIdentifier: {
        default: 'hashed',
        overrides: { [RESET_PREFIX]: { hash: (identifier) => Promise.resolve(keptReset(identifier)) } },
      },
    },
    session: { expiresIn: SESSION_SECONDS, disableSessionRefresh: true },
    user: { validateUserInfo: invitedAlone(parts.database) },
    databaseHooks: hooksOf(parts.database),
    hooks: guessing(parts.database, parts.rules),
    plugins: [
      organization({
        ac: control,
        roles: organizationRoles,
        creatorRole: 'admin',
        allowUserToCreateOrganization: false,
      }),
      teamPlugin(parts.database, parts.setupToken),
      ...(parts.oidc === null ? [] : [genericOAuth({ config: [providerOf(parts.oidc)] })]),
    ],
    rateLimit: {
      enabled: true,
      window: parts.rules.address.seconds,
      // Of each path; most of them only look.
      max: 30 * parts.rules.address.points,
      customRules: Object.fromEntries(
        ['/sign-in/*', '/team/*', '/change-password', '/reset-password'].map((path) => [
          path,
          { window: parts.rules.address.seconds, max: parts.rules.address.points },
        ]),
      ),
      customStorage: limitStorage(),
    },
    advanced: {
      cookiePrefix: 'espalier',
      database: { generateId: false },
      ipAddress: { ipAddressHeaders: [ADDRESS_HEADER] },
      // Both are off in tests unless they are asked for.
      disableCSRFCheck: false,
      disableOriginCheck: false,
    },
    onAPIError: {
      errorURL: '/sign-in',
      onError: (error) => {
        const refused = isAPIError(error) && error.statusCode < 500;
        if (!refused) parts.onFailure(`sign-in: ${(error as Error).message}`);
      },
    },
    telemetry: { enabled: false },
    logger: {
      level: 'error',
      // What it is given besides the message could hold what people typed.
      log: (level, message) => level === 'error' && parts.onFailure(`sign-in: ${oneLine(message)}`),
    },
  });

/** A message may quote what was sent. */
const oneLine = (message: string): string => message.replace(/[^\x20-\x7e]+/g, ' ').slice(0, 300);

const providerOf = ({ issuer, clientId, clientSecret }: Oidc) => ({
  providerId: OIDC,
  discoveryUrl: `${issuer}/.well-known/openid-configuration`,
  clientId,
  clientSecret,
  scopes: ['openid', 'email', 'profile'],
  pkce: true,
  requireIdTokenVerification: true,
});

type Validate = NonNullable<NonNullable<BetterAuthOptions['user']>['validateUserInfo']>;

/** By single sign-on accounts are made, of who is invited; the setup and invitations make theirs themselves. */
const invitedAlone =
  ({ client }: Database): Validate =>
  async ({ user: { email, emailVerified }, source: { action } }) => {
    if (action !== 'create-user') return;
    const where = { email: email?.toLowerCase() ?? '', ...openInvitations() };
    if (emailVerified === true && (await client.invitation.count({ where })) > 0) return;
    return { error: 'not_invited' };
  };

const hooksOf = ({ client }: Database): NonNullable<BetterAuthOptions['databaseHooks']> => ({
  session: {
    create: {
      after: async ({ userId, ipAddress }) => {
        const memberships = await client.member.findMany({ where: { userId } });
        await client.auditEntry.createMany({
          data: memberships.map(({ organizationId }) => ({
            organizationId,
            userId,
            action: 'session.create',
            address: ipAddress ?? null,
          })),
        });
      },
    },
  },
});

function limitStorage(): NonNullable<NonNullable<BetterAuthOptions['rateLimit']>['customStorage']> {
  const limits = new Map<string, Limit>();
  return {
    consume: async (key, { window, max }) => {
      const rule = `${max} in ${window}`;
      const limit = limits.get(rule) ?? createLimit({ points: max, seconds: window });
      limits.set(rule, limit);
      try {
        await limit.take(key);
        return { allowed: true, retryAfter: null };
      } catch (error) {
        if (!(error instanceof TooManyError)) throw error;
        return { allowed: false, retryAfter: error.seconds };
      }
    },
  };
}
