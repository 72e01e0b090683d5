import { readFile, stat } from 'node:fs/promises';
import { listFiles, modelInfo } from '@huggingface/hub';
import { BackboneError } from '@espalier/transfer';
import { commitIn, fetchAnswer, fileIn, requireFew } from './answers.js';
import { repositoryCache, type RepositoryCache } from './cache.js';
import { download, type HubFile } from './download.js';
import type { HubEnvironment } from './environment.js';
import { hubFailure } from './failure.js';
import type { HubReference } from './reference.js';

/** A model repository at one commit, or a folder that is laid out like one. */
export interface Repository {
  readonly name: string;
  /** Null for a folder. */
  readonly commit: string | null;
  /** Paths of its files; offline those that are cached are all there are. */
  has(path: string): Promise<boolean>;
  /** All paths where the hub was asked; null offline. */
  readonly paths: readonly string[] | null;
  /** Path of a file on this machine, fetched and verified where it is not there yet. */
  fetch(path: string): Promise<string>;
  /** SHA-256 of a file, where the hub states it. */
  sha256(path: string): string | undefined;
  /** Finds the size of a file, and whether it is on this machine, without downloading it. */
  standing(path: string): Promise<Standing>;
}

/** Facts of a file before its download. */
export interface Standing {
  /** Whether the file is on this machine. */
  readonly there: boolean;
  /** Its size; null where only the hub can tell. */
  readonly bytes: number | null;
}

export type Progress = (path: string, done: number, total: number) => void;

/**
 * Finds out which commit a reference means and what is in it.
 *
 * @throws BackboneError where the hub cannot be reached or refuses, or nothing is cached offline
 */
export async function openRepository(
  reference: HubReference,
  environment: HubEnvironment,
  onProgress?: Progress,
): Promise<Repository> {
  const { repository: name, revision } = reference;
  const cache = repositoryCache(environment.cache, name);
  if (environment.offline) return openOffline(reference, cache);
  const credentials = environment.token === null ? {} : { accessToken: environment.token };
  const hub = { hubUrl: environment.endpoint, fetch: fetchAnswer, ...credentials };
  try {
    const { sha: told } = await modelInfo({ name, revision, additionalFields: ['sha'], ...hub });
    const sha = commitIn(told, name);
    const files = new Map<string, HubFile>();
    for await (const entry of listFiles({ repo: name, revision: sha, recursive: true, ...hub })) {
      requireFew(files.size, name);
      if (entry.type !== 'file') continue;
      const file = fileIn(entry, name);
      files.set(file.path, file);
    }
    await cache.remember(revision, sha);
    return {
      name,
      commit: sha,
      paths: [...files.keys()],
      has: (path) => Promise.resolve(files.has(path)),
      sha256: (path) => {
        const digest = files.get(path)?.digest;
        return digest?.kind === 'sha256' ? digest.value : undefined;
      },
      standing: async (path) => ({
        there: await cache.has(sha, path),
        bytes: files.get(path)?.size ?? null,
      }),
      fetch: (path) =>
        fetchFile({ name, commit: sha, cache, environment, onProgress }, path, files.get(path)),
    };
  } catch (error) {
    throw hubFailure(error, `${name}@${revision}`, environment);
  }
}

interface Fetching {
  readonly name: string;
  readonly commit: string;
  readonly cache: RepositoryCache;
  readonly environment: HubEnvironment;
  readonly onProgress: Progress | undefined;
}

async function fetchFile(
  { name, commit, cache, environment, onProgress }: Fetching,
  path: string,
  file: HubFile | undefined,
): Promise<string> {
  if (file === undefined) throw new BackboneError(`${name} has no file ${path}`);
  const place = cache.snapshot(commit, path);
  if (await cache.has(commit, path)) return place;
  const { value } = file.digest;
  await download({
    environment,
    repository: name,
    commit,
    file,
    target: cache.blob(value),
    ...(onProgress && { onProgress }),
  });
  await cache.link(commit, path, value);
  return place;
}

async function openOffline(
  { repository, revision }: HubReference,
  cache: RepositoryCache,
): Promise<Repository> {
  const commit = await cache.commitOf(revision);
  const advice = 'run once without HF_HUB_OFFLINE to fetch it';
  if (commit === null) {
    throw new BackboneError(`HF_HUB_OFFLINE is set and ${repository}@${revision} is not cached; ${advice}`);
  }
  return {
    name: repository,
    commit,
    paths: null,
    has: (path) => cache.has(commit, path),
    sha256: () => undefined,
    standing: (path) => standingOf(cache.snapshot(commit, path)),
    fetch: async (path) => {
      if (await cache.has(commit, path)) return cache.snapshot(commit, path);
      throw new BackboneError(`HF_HUB_OFFLINE is set and ${path} of ${repository} is not cached; ${advice}`);
    },
  };
}

/** Of a file of this machine. */
export async function standingOf(path: string): Promise<Standing> {
  const found = await stat(path).catch(() => null);
  return { there: found !== null, bytes: found?.size ?? null };
}

/** A JSON file of a repository; null where it has none. */
export async function jsonOf(repository: Repository, path: string): Promise<unknown> {
  if (!(await repository.has(path))) return null;
  const place = await repository.fetch(path);
  try {
    return JSON.parse(await readFile(place, 'utf8'));
  } catch (cause) {
    throw new BackboneError(`${path} of ${repository.name} is not JSON: ${(cause as Error).message}`, {
      cause,
    });
  }
}
