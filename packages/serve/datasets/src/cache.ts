import { homedir } from 'node:os';
import { join } from 'node:path';

type Environment = Readonly<Record<string, string | undefined>>;

/** The folder for datasets that are unpacked: of `ESPALIER_CACHE`, else of the user's cache. */
export const datasetCache = (env: Environment = process.env): string => join(cacheOf(env), 'datasets');

/** The folder for uploaded backbones. */
export const backboneCache = (env: Environment = process.env): string => join(cacheOf(env), 'backbones');

function cacheOf(env: Environment): string {
  const user = env['XDG_CACHE_HOME'] || join(homedir(), '.cache');
  return env['ESPALIER_CACHE'] || join(user, 'espalier');
}
