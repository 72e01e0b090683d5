import { hostname, totalmem } from 'node:os';
import { join } from 'node:path';
import { defaultCacheFolder } from '@espalier/sdk';
import type { WorkerOptions } from '@espalier/worker';

/** Share of the machine's memory for all tasks together. */
const MEMORY_SHARE = 0.8;
const CACHE_BYTES = 10 * 2 ** 30;
/** Default limit of the activations that a team's workers share, in bytes. */
export const SHARED_BYTES = 50 * 2 ** 30;

export interface WorkerAsked {
  readonly slots?: number;
  readonly name?: string;
  readonly provider?: readonly string[];
  /** Memory per task in bytes. */
  readonly memory?: number;
  readonly cache?: string;
  /** Limit of the cached activations in bytes. */
  readonly cacheSize?: number;
  /** Threads of the engine per task. */
  readonly threads?: number;
}

/** Describes the capabilities of a worker on this machine, and its folders. */
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
