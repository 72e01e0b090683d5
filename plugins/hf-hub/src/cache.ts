import { randomBytes } from 'node:crypto';
import { mkdir, readFile, rename, rm, stat, symlink } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { writeFileAtomic } from '@espalier/base/files';

/**
 * Places in the hub's cache of one repository, laid out as huggingface_hub lays them out: contents once
 * in `blobs/`, a folder of links a commit in `snapshots/`, and the commit of each branch in `refs/`.
 */
export interface RepositoryCache {
  snapshot(commit: string, path: string): string;
  blob(etag: string): string;
  /** The commit a branch or tag stood at when it was last seen; null where it never was. */
  commitOf(revision: string): Promise<string | null>;
  remember(revision: string, commit: string): Promise<void>;
  has(commit: string, path: string): Promise<boolean>;
  /** Shows a blob as a file of a commit. */
  link(commit: string, path: string, etag: string): Promise<void>;
}

export const isCommit = (revision: string): boolean => /^[0-9a-f]{40}$/.test(revision);

export function repositoryCache(cache: string, repository: string): RepositoryCache {
  const folder = join(cache, ['models', ...repository.split('/')].join('--'));
  const blob = (etag: string): string => join(folder, 'blobs', etag);
  const snapshot = (commit: string, path: string): string => join(folder, 'snapshots', commit, path);
  const ref = (revision: string): string => join(folder, 'refs', revision);
  return {
    blob,
    snapshot,
    commitOf: async (revision) => {
      if (isCommit(revision)) return revision;
      return readFile(ref(revision), 'utf8').then(
        (text) => text.trim(),
        () => null,
      );
    },
    remember: async (revision, commit) => {
      if (!isCommit(revision)) await writeFileAtomic(ref(revision), commit);
    },
    has: async (commit, path) => (await stat(snapshot(commit, path)).catch(() => null)) !== null,
    link: async (commit, path, etag) => {
      const target = snapshot(commit, path);
      await mkdir(dirname(target), { recursive: true });
      // Made aside and renamed, so that another process never sees half of it.
      const aside = `${target}.${randomBytes(4).toString('hex')}.tmp`;
      await symlink(relative(dirname(target), blob(etag)), aside);
      await rename(aside, target).catch(async (error: unknown) => {
        await rm(aside, { force: true });
        throw error;
      });
    },
  };
}
