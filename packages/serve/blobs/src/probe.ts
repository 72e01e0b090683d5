import { randomUUID } from 'node:crypto';
import type { Blobs } from './blobs.js';

/**
 * Stores a blob of one byte and removes it: whether the place can be used is better known when a server
 * starts than when somebody's upload fails.
 *
 * @throws BlobError where it cannot
 */
export async function requireWritable(blobs: Blobs): Promise<void> {
  const key = `probe/${randomUUID()}`;
  await blobs.put(key, Uint8Array.of(0), { contentType: 'application/octet-stream' });
  await blobs.remove(key);
}
