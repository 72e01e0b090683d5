export { openBlobs, type Blobs } from './blobs.js';
export { blobPlace, type BlobPlace, type FolderPlace, type S3Place } from './place.js';
export { BlobError, type BlobProblem } from './errors.js';
export type { BlobInfo, ListedBlob, PutOptions, StoredBlob } from './backend.js';
export { requireWritable } from './probe.js';
export type { BlobSource } from './content.js';
