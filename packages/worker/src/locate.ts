import type { Blobs } from '@espalier/blobs';
import { datasetCache, materialise } from '@espalier/datasets';
import type { ClaimedTask, Queue } from '@espalier/queue';

/** Where a study's dataset lies on this machine; an upload is fetched from the blobs once. */
export async function locateDataset(
  { database: { client } }: Queue,
  blobs: Blobs,
  { datasetId, settings }: ClaimedTask,
): Promise<string> {
  if (datasetId === null) return settings.dataset.path;
  const dataset = await client.dataset.findUniqueOrThrow({ where: { id: datasetId } });
  return materialise(dataset, blobs, datasetCache());
}
