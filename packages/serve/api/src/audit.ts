import type { Database, Prisma } from '@espalier/store';
import { z } from 'zod';
import type { Access, Context } from './context.js';

/** A call that changed something, or files that went in or out. */
export interface Change {
  /** The procedure, or a name of that kind. */
  readonly path: string;
  readonly input: unknown;
  readonly output: unknown;
}

/** Largest input that is kept, in characters of JSON. */
const MOST_CHARACTERS = 4_000;
/** Inputs by such a name are kept from the log. */
const SECRET = /password|passphrase|secret|token|credential|api_?key/i;

const withId = z.object({ id: z.string().max(100) });

/** Writes down who changed what. */
export async function recordChange(
  { database, address }: Context,
  { organizationId, userId, keyId }: Access,
  { path, input, output }: Change,
): Promise<void> {
  const target = withId.safeParse(input).data?.id ?? withId.safeParse(output).data?.id ?? null;
  await database.client.auditEntry.create({
    data: {
      organizationId,
      userId,
      keyId: keyId ?? null,
      action: path,
      target,
      data: kept(input),
      address: address ?? null,
    },
  });
}

const DAY_MILLISECONDS = 24 * 60 * 60 * 1000;

/**
 * Forgets what was written down too long ago, of every organisation.
 *
 * @param days for which an entry is kept
 * @returns how many entries are gone
 */
export async function pruneAudit({ client }: Database, days: number): Promise<number> {
  const oldest = new Date(Date.now() - days * DAY_MILLISECONDS);
  const { count } = await client.auditEntry.deleteMany({ where: { createdAt: { lt: oldest } } });
  return count;
}

function kept(input: unknown): Prisma.InputJsonValue {
  const text = JSON.stringify(input ?? {}, (name, value: unknown) => {
    if (SECRET.test(name)) return '(secret)';
    // PostgreSQL keeps neither NUL nor half of a surrogate pair in JSON.
    return typeof value === 'string' ? Buffer.from(value.replaceAll('\0', '')).toString() : value;
  });
  if (text.length > MOST_CHARACTERS) return { omitted: `${text.length} characters` };
  return JSON.parse(text) as Prisma.InputJsonValue;
}
