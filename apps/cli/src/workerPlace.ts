import { hostname, totalmem } from 'node:os';
import { join } from 'node:path';
import { defaultCacheFolder } from '@espalier/sdk';
import type { WorkerOptions } from '@espalier/worker';

/** Part of a machine's memory that tasks may take together. */
const MEMORY_SHARE = 0.8;
const CACHE_BYTES = 10 * 2 ** 30;
/** Most of the activations that a team's workers keep for each other, in bytes. */
export const SHARED_BYTES = 50 * 2 ** 30;

export interface WorkerAsked {
  readonly slots?: number;
  readonly name?: string;
  readonly provider?: readonly string[];
  /** Bytes of a task. */
  readonly memory?: number;
  readonly cache?: string;
  /** Bytes of the features. */
  readonly cacheSize?: number;
  /** Of the engine, a task. */
  readonly threads?: number;
}

/** What a worker on this machine can do, and where it keeps what it needs. */
export function workerPlace(
  asked: WorkerAsked,
): Pick<WorkerOptions, 'name' | 'folder' | 'cache' | 'threads' | 'capabilities'> {
  const { slots = 1, provider = [], cache = defaultCacheFolder() } = asked;
  return {
    name: asked.name ?? hostname(),
    folder: join(cache, 'work'),
    cache: { folder: cache, bytes: asked.cacheSize ?? CACHE_BYTES },
    threads: asked.threads,
    capabilities: {
      providers: [...new Set(['cpu', ...provider])],
      memory: asked.memory ?? (MEMORY_SHARE * totalmem()) / slots,
      slots,
    },
  };
}
