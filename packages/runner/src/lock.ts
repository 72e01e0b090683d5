import { randomBytes, randomInt } from 'node:crypto';
import { mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { StudyError } from './errors.js';

/** How often two that start at the same moment make way for each other. */
const ATTEMPTS = 6;

/** The name says who claims, so that a claim is whole as soon as it is there. */
const claimName = /^study\.lock\.(?<pid>\d+)\.[0-9a-f]+\.(?<host>.+)$/;

interface Claim {
  readonly path: string;
  readonly pid: number;
  readonly host: string;
}

/**
 * Takes a folder for this process, so that two do not write one study.
 *
 * Who wants it puts a claim of its own there first and looks for others then: of two, one at the least
 * sees the other and makes way, so that never both have it. Claims of dead processes do not count.
 *
 * @returns what gives it back
 * @throws StudyError naming the process that holds it
 */
export async function lockFolder(folder: string): Promise<() => Promise<void>> {
  await mkdir(folder, { recursive: true });
  let other: Claim | undefined;
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const unique = `${process.pid}.${randomBytes(8).toString('hex')}`;
    const own = join(folder, `study.lock.${unique}.${encodeURIComponent(hostname())}`);
    await writeFile(own, '', { flag: 'wx' });
    [other] = (await livingClaims(folder)).filter(({ path }) => path !== own);
    if (other === undefined) return () => rm(own, { force: true });
    await rm(own, { force: true });
    await sleep(randomInt(10, 60));
  }
  const { pid, host, path } = other as Claim;
  const where = host === hostname() ? '' : ` on ${host}`;
  throw new StudyError(
    `process ${pid}${where} is at work on the study in ${folder}; wait for it or stop it ` +
      `(or, if it is no process of Espalier, delete ${path})`,
  );
}

/** Claims of processes that live, or of other machines, whose processes cannot be seen; removes the rest. */
async function livingClaims(folder: string): Promise<Claim[]> {
  const living: Claim[] = [];
  for (const name of await readdir(folder)) {
    const groups = claimName.exec(name)?.groups;
    if (groups === undefined) continue;
    const claim = {
      path: join(folder, name),
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
