export { unzip, unzipLimits, type UnzipLimits, type UnzipOptions } from './archive/unzip.js';
export { locationOfBackbone, type StoredBackbone } from './backbones.js';
export { backboneCache, datasetCache } from './cache.js';
export { DatasetsError, type DatasetsProblem } from './errors.js';
export { createExampleReader, type ExampleReader, type ExampleReaderOptions } from './examples/examples.js';
export type { ExampleContent, ExampleLocation } from './examples/protocol.js';
export { inspectDataset, type InspectHooks } from './inspect/inspect.js';
export { inspectInChild, type ChildOptions } from './inspect/inChild.js';
export {
  datasetSummarySchema,
  inspectOptionsSchema,
  membersSchema,
  progressSchema,
  splitSchema,
  type DatasetSummary,
  type InspectOptions,
  type InspectProgress,
  type Inspection,
  type Member,
} from './inspect/summary.js';
export { datasetLimits, type DatasetLimits } from './limits.js';
export { materialise, type StoredDataset } from './materialise.js';
export { allowedPath, pathPolicy, type PathPolicy } from './policy.js';
export { contentTypeOf, formatOf, type UploadFormat } from './uploads/format.js';
export {
  createUploads,
  PART_BYTES,
  projectPrefix,
  uploadedBytes,
  uploadKey,
  type PartOptions,
  type Upload,
  type Uploads,
  type UploadsOptions,
  type UploadStart,
  type UploadStatus,
} from './uploads/uploads.js';
