import type { Prisma } from '@espalier/store';
import { hashPassword } from 'better-auth/crypto';
import { z } from 'zod';

/** Schema of typed text without the null character, which PostgreSQL cannot store. */
const text = (most: number) =>
  z
    .string()
    .trim()
    .min(1)
    .max(most)
    .regex(/^[^\0]*$/, 'a text without NUL characters');

export const personName = text(100);
export const organizationName = text(100);
export const email = z.email().max(200).toLowerCase();

/** By length alone, as NIST SP 800-63B advises. */
export const FEWEST_CHARACTERS = 12;
export const MOST_CHARACTERS = 128;
export const password = z.string().min(FEWEST_CHARACTERS).max(MOST_CHARACTERS);

export interface Person {
  readonly name: string;
  readonly email: string;
  readonly password: string;
}

/** A person who signs in with a password, as better-auth keeps one; gives the id. */
export async function createPerson(
  tx: Prisma.TransactionClient,
  { name, email: address, password: secret }: Person,
): Promise<string> {
  const hash = await hashPassword(secret);
  const { id } = await tx.user.create({ data: { name, email: address } });
  await tx.account.create({
    data: { userId: id, accountId: id, providerId: 'credential', password: hash },
  });
  return id;
}
