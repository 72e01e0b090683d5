import { randomBytes } from 'node:crypto';
import { link, open, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { privateFolder } from '@espalier/base/files';
import { AuthError } from './errors.js';

/** Characters below which a secret could be guessed. */
const FEWEST = 32;

/**
 * Reads the secret that signs cookies: ESPALIER_SECRET, else one that is created once and kept in a file that its
 * owner alone reads.
 *
 * @param folder of the machine's own data; the file is `secret` in it
 * @throws AuthError where the secret could be guessed, or others may read the file
 */
export async function authSecret(
  folder: string,
  env: Readonly<Record<string, string | undefined>> = process.env,
): Promise<string> {
  const given = env['ESPALIER_SECRET'];
  if (given === undefined || given === '') return fileSecret(folder);
  if (given.length < FEWEST) {
    throw new AuthError(
      `ESPALIER_SECRET has ${given.length} characters, which is too short; give at least ${FEWEST}, for example from: openssl rand -base64 32`,
    );
  }
  return given;
}

async function fileSecret(folder: string): Promise<string> {
  const path = join(folder, 'secret');
  return (await readSecret(path)) ?? (await makeSecret(folder, path));
}

async function readSecret(path: string): Promise<string | null> {
  const handle = await open(path, 'r').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return null;
    throw error;
  });
  if (handle === null) return null;
  try {
    const { mode } = await handle.stat();
    if (process.platform !== 'win32' && (mode & 0o077) !== 0) {
      throw new AuthError(
        `other users of this machine can read ${path}; delete it, which signs everybody out, or run: chmod 600 ${path}`,
      );
    }
    const secret = (await handle.readFile('utf8')).trim();
    if (secret.length >= FEWEST) return secret;
    throw new AuthError(`${path} does not contain a secret; delete it, which signs everybody out`);
  } finally {
    await handle.close();
  }
}

/** Of several processes that make one at once, the first wins. */
async function makeSecret(folder: string, path: string): Promise<string> {
  privateFolder(folder);
  const temporary = `${path}.${randomBytes(4).toString('hex')}.tmp`;
  const handle = await open(temporary, 'wx', 0o600);
  try {
    await handle.writeFile(`${randomBytes(32).toString('base64url')}\n`);
    await handle.sync();
  } finally {
    await handle.close();
  }
  try {
    await link(temporary, path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  } finally {
    await rm(temporary, { force: true });
  }
  return (await readFile(path, 'utf8')).trim();
}
