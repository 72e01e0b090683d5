import type { Blobs } from '@espalier/blobs';
import {
  backboneCache,
  datasetCache,
  DatasetsError,
  materialise,
  locationOfBackbone,
} from '@espalier/datasets';
import type { ClaimedTask, Queue } from '@espalier/queue';
import type { AddedLocation } from './process/protocol.js';

/** Finds a study's dataset on this machine; downloads an upload from the blobs once. */
export async function locateDataset(
  { database: { client } }: Queue,
  blobs: Blobs,
  { datasetId, settings }: ClaimedTask,
): Promise<string> {
  if (datasetId === null) return settings.dataset.path;
  const dataset = await client.dataset.findUniqueOrThrow({ where: { id: datasetId } });
  return materialise(dataset, blobs, datasetCache());
}

/** Prefix of references to backbones that were added to a project. */
const ADDED = 'added:';

/**
 * Locations of the added backbones of a study, by the names that the study gives them; uploads
 * are fetched from the blobs once.
 *
 * @throws DatasetsError (`missing`) where one is gone
 */
export async function locateBackbones(
  { database: { client } }: Queue,
  blobs: Blobs,
  { settings: { backbones } }: Pick<ClaimedTask, 'settings'>,
): Promise<Readonly<Record<string, AddedLocation>>> {
  const places: Record<string, AddedLocation> = {};
  for (const reference of backbones.filter((one) => one.startsWith(ADDED))) {
    const row = await client.addedBackbone.findUnique({ where: { id: reference.slice(ADDED.length) } });
    if (row === null) {
      throw new DatasetsError(
        'missing',
        'a backbone of the study was removed from its project; add it again, and start another study',
      );
    }
    const place = await locationOfBackbone(row, { blobs, folder: backboneCache() });
    places[reference] = { name: row.name, place, isUpload: row.source === 'upload' };
  }
  return places;
}
