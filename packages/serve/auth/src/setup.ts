import { randomBytes, timingSafeEqual } from 'node:crypto';
import { localProject, type Database } from '@espalier/store';
import { APIError } from 'better-auth/api';
import { createPerson, type Person } from './people.js';

/** Of the lock that only one setup at a time holds. */
const SETUP_LOCK = 4_080_001;

/** The token by which the first person begins; null once there is somebody. */
export async function setupToken({ client }: Pick<Database, 'client'>): Promise<string | null> {
  return (await client.user.count()) === 0 ? randomBytes(32).toString('base64url') : null;
}

export function sameToken(one: string, other: string): boolean {
  const [a, b] = [Buffer.from(one), Buffer.from(other)];
  return a.length === b.length && timingSafeEqual(a, b);
}

export interface FirstTeam {
  readonly organization: string;
  readonly person: Person;
  /** The network address that it is made from. */
  readonly address: string | null;
}

/**
 * Makes the first person the admin of the organisation that has the studies of this machine.
 *
 * @throws APIError where there is somebody already
 * @returns the person's id
 */
export async function setUp(
  database: Database,
  { organization, person, address }: FirstTeam,
): Promise<string> {
  await localProject(database);
  return database.client.$transaction(async (tx) => {
    await tx.$executeRaw`SELECT pg_advisory_xact_lock(${SETUP_LOCK})`;
    if ((await tx.user.count()) > 0) {
      throw new APIError('CONFLICT', { message: 'this server is already set up; sign in' });
    }
    const { id: organizationId } = await tx.organization.update({
      where: { slug: 'local' },
      data: { name: organization },
    });
    const userId = await createPerson(tx, person);
    await tx.member.create({ data: { organizationId, userId, role: 'admin' } });
    await tx.auditEntry.create({
      data: { organizationId, userId, action: 'team.setup', target: userId, address },
    });
    return userId;
  });
}
