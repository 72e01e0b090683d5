import type { Database } from '@espalier/store';
import type { BetterAuthOptions } from 'better-auth';
import { APIError, createAuthMiddleware } from 'better-auth/api';
import { z } from 'zod';
import { createLimit, TooManyError, type Limit, type Rule } from './limits.js';
import { ADDRESS_HEADER } from './request.js';

const attempt = z.object({ email: z.string().max(200) });

interface Attempt {
  readonly email: string;
  readonly address: string;
}

/**
 * Counts attempts to guess a password. Those from one address say nothing of its person at another: who
 * types wrong passwords locks himself out, and not the person. Addresses that guess together are
 * counted together, but for those that the person has signed in from.
 */
export function guessing(
  database: Pick<Database, 'client'>,
  rules: { readonly email: Rule; readonly everywhere: Rule },
): NonNullable<BetterAuthOptions['hooks']> {
  const [own, together] = [createLimit(rules.email), createLimit(rules.everywhere)];
  return {
    before: createAuthMiddleware(async ({ path, body, headers }) => {
      const found = attemptIn(path, body, headers);
      if (found === null) return;
      await take(own, keyOf(found));
      if (!(await isKnown(database, found))) await take(together, found.email);
    }),
    after: createAuthMiddleware(async ({ path, body, headers, context }) => {
      const found = attemptIn(path, body, headers);
      if (found === null || context.newSession === null) return;
      await Promise.all([own.forget(keyOf(found)), together.forget(found.email)]);
    }),
  };
}

const keyOf = ({ email, address }: Attempt): string => `${address} ${email}`;

function attemptIn(path: string | undefined, body: unknown, headers: Headers | undefined): Attempt | null {
  const email = path === '/sign-in/email' ? attempt.safeParse(body).data?.email.toLowerCase() : undefined;
  return email === undefined ? null : { email, address: headers?.get(ADDRESS_HEADER) ?? '' };
}

async function isKnown({ client }: Pick<Database, 'client'>, { email, address }: Attempt): Promise<boolean> {
  return (await client.session.count({ where: { ipAddress: address, user: { email } } })) > 0;
}

async function take(limit: Limit, key: string): Promise<void> {
  await limit.take(key).catch((error: unknown) => {
    if (!(error instanceof TooManyError)) throw error;
    const headers = { 'Retry-After': String(error.seconds) };
    throw new APIError('TOO_MANY_REQUESTS', { message: error.message }, headers);
  });
}
