import { readDelimited } from './delimited.js';
import { rowsOfTable } from './manifest.js';
import type { DatasetReader } from './reader.js';

export const tsvReader: DatasetReader = {
  format: 'tsv',
  description: 'a .tsv manifest with an image and a label column',
  recognises: ({ kind, path }) => kind === 'file' && /\.(tsv|tab)$/i.test(path),
  read: async ({ path }, options) => rowsOfTable(path, await readDelimited(path, () => '\t'), options),
};
