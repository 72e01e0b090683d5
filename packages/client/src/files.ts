import { reasonOf } from '@espalier/base/files';
import { ClientError } from './errors.js';

/**
 * Works with a file of this machine.
 *
 * @throws ClientError in words where the system refuses it, and the signal's reason where it is aborted
 */
export async function onDisk<T>(
  path: string,
  signal: AbortSignal | undefined,
  work: () => Promise<T>,
): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    signal?.throwIfAborted();
    if (cause instanceof ClientError) throw cause;
    throw new ClientError(`${path}: ${reasonOf(cause)}; give another path, or change that one`, { cause });
  }
}
