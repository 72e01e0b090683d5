import { openBlobs } from '@espalier/blobs';
import { materialise } from '../index.js';

/** Unpacks the upload that it is told of, and says where it lies. */
const [blobFolder, location, folder] = process.argv.slice(2) as [string, string, string];
const blobs = openBlobs({ kind: 'folder', folder: blobFolder });
process.stdout.write('ready\n');
process.stdout.write(`${await materialise({ source: 'upload', location }, blobs, folder)}\n`);
