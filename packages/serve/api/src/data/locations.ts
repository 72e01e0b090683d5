import {
  allowedPath,
  DatasetsError,
  inspectOptionsSchema,
  materialise,
  type ExampleLocation,
  type InspectOptions,
  type StoredDataset,
} from '@espalier/datasets';
import type { DataServices } from './services.js';
import { requestOf } from './standing.js';

type LocationServices = Pick<DataServices, 'blobs' | 'folder' | 'policy'>;

/** Finds a dataset on this machine; permissions are checked each time, because links change. */
export const localPath = (
  dataset: StoredDataset,
  { blobs, folder, policy }: LocationServices,
): Promise<string> =>
  dataset.source === 'path' ? allowedPath(policy, dataset.location) : materialise(dataset, blobs, folder);

/** Reads the options of a dataset from its row. */
export const optionsOf = (options: unknown): InspectOptions => inspectOptionsSchema.parse(options);

/** Picks the options that determine the examples; groups do not, and their patterns can run for ever. */
const readOptions = ({
  layout,
  header,
  imageColumn,
  audioColumn,
  textColumn,
  labelColumn,
  dropSmallClasses,
}: InspectOptions): ExampleLocation['options'] =>
  Object.fromEntries(
    Object.entries({
      layout,
      header,
      imageColumn,
      audioColumn,
      textColumn,
      labelColumn,
      dropSmallClasses,
    }).filter(([, value]) => value !== undefined),
  );

export async function locationOfDataset(
  dataset: StoredDataset & { readonly options: unknown },
  services: LocationServices,
): Promise<ExampleLocation> {
  return { path: await localPath(dataset, services), options: readOptions(optionsOf(dataset.options)) };
}

/** The dataset of a study: one of the project, or the path that its settings name. */
export async function locationOfStudy(
  study: { readonly settings: unknown; readonly dataset: StoredDataset | null },
  services: LocationServices,
): Promise<ExampleLocation> {
  const settings = requestOf(study.settings);
  if (settings === null) throw new DatasetsError('missing', 'the study does not say which dataset it read');
  const { path, ...options } = settings.dataset;
  const stored = study.dataset ?? { source: 'path', location: path };
  return { path: await localPath(stored, services), options: readOptions(options) };
}
