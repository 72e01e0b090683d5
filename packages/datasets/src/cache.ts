import { homedir } from 'node:os';
import { join } from 'node:path';

/** The folder for uploads that are unpacked: of `ESPALIER_CACHE`, else of the user's cache. */
export function datasetCache(env: Readonly<Record<string, string | undefined>> = process.env): string {
  const user = env['XDG_CACHE_HOME'] || join(homedir(), '.cache');
  return join(env['ESPALIER_CACHE'] || join(user, 'espalier'), 'datasets');
}
