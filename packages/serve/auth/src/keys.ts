import { createHash, randomBytes } from 'node:crypto';
import type { Database } from '@espalier/store';
import { lesserRole, roleOf, type Access } from './access.js';

const PREFIX = 'esp_';
const PATTERN = /^esp_[A-Za-z0-9_-]{43}$/;
/** Characters by which people tell keys apart. */
const START = 10;
/** Precision in milliseconds of a key's last use. */
const USED_MILLISECONDS = 60_000;

export interface NewKey {
  /** Shown once and kept nowhere. */
  readonly key: string;
  readonly hash: string;
  readonly start: string;
}

export function newKey(): NewKey {
  const key = `${PREFIX}${randomBytes(32).toString('base64url')}`;
  return { key, hash: hashOf(key), start: key.slice(0, START) };
}

/** A key has 256 random bits, so that a plain hash of it tells nothing. */
const hashOf = (key: string): string => createHash('sha256').update(key).digest('hex');

/**
 * Finds the caller by a key: its person in its organisation, with the lesser of the key's role and the person's
 * present one. Null for what is no key, was revoked or has expired, and where the person is no member now.
 * It is looked up by its hash, so that the time it takes tells nothing of a key.
 */
export async function accessOfKey(
  { client }: Pick<Database, 'client'>,
  key: string,
  now = new Date(),
): Promise<Access | null> {
  if (!PATTERN.test(key)) return null;
  const row = await client.apiKey.findUnique({ where: { hash: hashOf(key) } });
  if (row === null || (row.expiresAt !== null && row.expiresAt <= now)) return null;
  const { id: keyId, organizationId, userId } = row;
  const member = await client.member.findUnique({
    where: { organizationId_userId: { organizationId, userId } },
  });
  const [keyRole, memberRole] = [roleOf(row.role), roleOf(member?.role ?? '')];
  if (keyRole === null || memberRole === null) return null;
  if (row.lastUsedAt === null || now.getTime() - row.lastUsedAt.getTime() > USED_MILLISECONDS) {
    // It may have been revoked meanwhile.
    await client.apiKey.updateMany({ where: { id: keyId }, data: { lastUsedAt: now } });
  }
  return { organizationId, userId, keyId, role: lesserRole(keyRole, memberRole) };
}
