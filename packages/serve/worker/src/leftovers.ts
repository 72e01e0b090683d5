import type { Blobs } from '@espalier/blobs';
import { findLeftovers, forgetLeftovers, type Queue } from '@espalier/queue';

/** Removes the blobs of trials and studies that came to nothing. Several workers may do it at once. */
export async function removeLeftovers(queue: Queue, blobs: Blobs): Promise<void> {
  const leftovers = await findLeftovers(queue);
  if (leftovers.taskIds.length === 0) return;
  for (const key of leftovers.keys) await blobs.remove(key);
  await forgetLeftovers(queue, leftovers);
}
