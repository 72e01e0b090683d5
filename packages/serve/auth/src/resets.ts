import { createHash, randomBytes } from 'node:crypto';
import type { Prisma } from '@espalier/store';

const DAY_MILLISECONDS = 24 * 60 * 60 * 1000;

/** Prefix of better-auth's identifiers of tokens. */
export const RESET_PREFIX = 'reset-password:';
/** Prefix of stored hashes. No token's identifier begins with it, so the database's contents let nobody in. */
const KEPT_PREFIX = 'reset-hash:';

/** Computes the stored identifier of a token from better-auth's identifier. */
export const keptReset = (identifier: string): string =>
  `${KEPT_PREFIX}${createHash('sha256').update(identifier).digest('hex')}`;

export interface Reset {
  /** Behind the # of the link `/reset#<token>`; who has it sets the password, once. */
  readonly token: string;
  readonly expiresAt: Date;
}

/** Lets a person set a new password without the old one, as better-auth's `/reset-password` expects it. */
export async function createReset(tx: Prisma.TransactionClient, userId: string): Promise<Reset> {
  const token = randomBytes(32).toString('base64url');
  const expiresAt = new Date(Date.now() + DAY_MILLISECONDS);
  await tx.verification.create({
    data: { identifier: keptReset(`${RESET_PREFIX}${token}`), value: userId, expiresAt },
  });
  return { token, expiresAt };
}

/** Ends a person's links, before they are let in where the admin who made one is not. */
export async function dropResets(tx: Prisma.TransactionClient, userId: string): Promise<void> {
  await tx.verification.deleteMany({ where: { value: userId, identifier: { startsWith: KEPT_PREFIX } } });
}
