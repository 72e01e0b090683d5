import { randomBytes, randomInt } from 'node:crypto';
import { mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { PRIVATE_FILE } from './private.js';

/** Number of attempts of two processes that start at the same moment. */
const ATTEMPTS = 6;

/** The name says who claims, so that a claim is whole as soon as it is there. */
const claimName = /^(?<name>[\w-]+)\.lock\.(?<pid>\d+)\.[0-9a-f]+\.(?<host>.+)$/;

interface Claim {
  readonly path: string;
  readonly pid: number;
  readonly host: string;
}

/** A folder that another process holds. */
export class LockedError extends Error {
  override readonly name = 'LockedError';
  constructor(
    /** The locked resource, for the message. */
    readonly what: string,
    readonly folder: string,
    /** Of the process that holds it. */
    readonly pid: number,
    /** Null for this machine. */
    readonly host: string | null,
    /** The file that claims it. */
    readonly claim: string,
  ) {
    const where = host === null ? '' : ` on ${host}`;
    super(
      `process ${pid}${where} is using the ${what} in ${folder}; wait for it or stop it ` +
        `(or, if it is not a process of Espalier, delete ${claim})`,
    );
  }
}

/**
 * Takes a folder for this process, so that two do not write in it at once.
 *
 * Each process first writes its own claim and then looks for others: of two, at least one
 * sees the other and makes way, so that never both have it. Claims of dead processes do not count.
 *
 * @param name of what is taken: letters, digits, `_` and `-`
 * @returns what gives it back
 * @throws LockedError naming the process that holds it
 */
export async function lockFolder(folder: string, name: string): Promise<() => Promise<void>> {
  await mkdir(folder, { recursive: true });
  let other: Claim | undefined;
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const unique = `${process.pid}.${randomBytes(8).toString('hex')}`;
    const own = join(folder, `${name}.lock.${unique}.${encodeURIComponent(hostname())}`);
    await writeFile(own, '', { flag: 'wx', mode: PRIVATE_FILE });
    [other] = (await livingClaims(folder, name)).filter(({ path }) => path !== own);
    if (other === undefined) return () => rm(own, { force: true });
    await rm(own, { force: true });
    await sleep(randomInt(10, 60));
  }
  throw lockedBy(folder, name, other as Claim);
}

/** Finds the holder of a folder; null where there is none. */
export async function lockHolder(folder: string, name: string): Promise<LockedError | null> {
  const [claim] = await livingClaims(folder, name);
  return claim === undefined ? null : lockedBy(folder, name, claim);
}

const lockedBy = (folder: string, name: string, { pid, host, path }: Claim): LockedError =>
  new LockedError(name, folder, pid, host === hostname() ? null : host, path);

/** Claims of processes that live, or of other machines, whose processes cannot be seen; removes the rest. */
async function livingClaims(folder: string, name: string): Promise<Claim[]> {
  const living: Claim[] = [];
  for (const file of await readdir(folder)) {
    const groups = claimName.exec(file)?.groups;
    if (groups === undefined || groups['name'] !== name) continue;
    const claim = {
      path: join(folder, file),
      pid: Number(groups['pid']),
      host: decodeURIComponent(groups['host'] as string),
    };
    if (claim.host !== hostname() || isAlive(claim.pid)) living.push(claim);
    else await rm(claim.path, { force: true });
  }
  return living;
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
