import { readDelimited } from './delimited.js';
import { rowsOfTable } from './manifest.js';
import type { DatasetReader } from './reader.js';

export const csvReader: DatasetReader = {
  format: 'csv',
  description: 'a .csv manifest with an image and a label column',
  recognises: ({ kind, path }) => kind === 'file' && /\.csv$/i.test(path),
  read: async ({ path }, options) => rowsOfTable(path, await readDelimited(path, delimiterOf), options),
};

/** Spreadsheets set to a language with a decimal comma write semicolons. */
function delimiterOf(header: string): string {
  return !header.includes(',') && header.includes(';') ? ';' : ',';
}
