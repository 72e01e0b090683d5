import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Context } from '@espalier/api';
import {
  createAuth,
  createLimits,
  setupToken,
  trustedProxies,
  usualSignInRules,
  type Oidc,
} from '@espalier/auth';
import { localProject, type Database } from '@espalier/store';

/** A server for several people, who sign in. */
export interface TeamOptions {
  /** Secret that signs cookies. */
  readonly secret: string;
  readonly oidc: Oidc | null;
}

/** Access rules of a server, and the sign-in that identifies its callers. */
export interface People {
  /** Answers what is about sign-in; false for requests that are not. */
  readonly answer: (request: IncomingMessage, response: ServerResponse) => Promise<boolean>;
  readonly contextOf: (request: IncomingMessage) => Promise<Pick<Context, 'access' | 'signIn' | 'limits'>>;
  /** Link by which the first person begins; null where there is one, or nobody signs in. */
  readonly setupUrl: string | null;
}

/** The people of a server once it listens. */
export type PeopleAt = (place: ServerContext) => People;

/** Whoever reaches the server is the one user of its machine. */
export async function singleUser(database: Database): Promise<PeopleAt> {
  const { organizationId } = await database.client.project.findUniqueOrThrow({
    where: { id: await localProject(database) },
  });
  const context = { access: { organizationId, userId: null, role: 'admin' } } as const;
  return () => ({
    answer: () => Promise.resolve(false),
    contextOf: () => Promise.resolve(context),
    setupUrl: null,
  });
}

export interface ServerContext {
  /** Public address of the server. */
  readonly url: string;
  readonly otherUrls: readonly string[];
  readonly onFailure: (message: string) => void;
}

/** @throws AuthError where the proxies that are trusted cannot be read */
export async function teamOf(database: Database, { secret, oidc }: TeamOptions): Promise<PeopleAt> {
  trustedProxies();
  const token = await setupToken(database);
  const limits = createLimits();
  return (place) => {
    const auth = createAuth({
      ...{ database, secret, oidc, setupToken: token, rules: usualSignInRules },
      ...place,
    });
    return {
      answer: auth.answer,
      contextOf: async (request) => {
        const { access, userId } = await auth.whoAsks(request);
        return { access, limits, signIn: { oidc: auth.oidc, userId } };
      },
      // Behind the #, so that it is in no log of a proxy.
      setupUrl: token === null ? null : `${place.url}/setup#${token}`,
    };
  };
}
