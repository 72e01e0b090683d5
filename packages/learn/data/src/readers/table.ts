import { stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { textColumnOf } from './tables/columns.js';
import { DatasetError } from '../errors.js';
import { requireBytes, tableLimits } from './tables/limits.js';
import type { Table } from './tables/cells.js';
import { rowsOfTable } from './tables/manifest.js';
import type { DatasetReader, ReadOptions } from './reader.js';
import { givenFormatOf, tableFormats } from './tables/tables.js';

/** One table of texts, or of paths of images or recordings. */
export const tableReader: DatasetReader = {
  format: 'table',
  description: `a ${tableFormats.map(({ name }) => name).join(', ')} table with a text, image or audio column and a label column`,
  recognises: ({ kind, path }) => kind === 'file' && givenFormatOf(path) !== undefined,
  read: async ({ path }, options) => rowsOfTable(path, await readTable(path, options), options),
};

async function readTable(path: string, options: ReadOptions = {}): Promise<Table> {
  const format = givenFormatOf(path);
  if (format === undefined) throw new DatasetError(`${path} is not a table Espalier reads.`);
  const limits = tableLimits();
  requireBytes(path, (await stat(path)).size, limits);
  return format.read(path, limits, options);
}

/**
 * The texts of a table that needs no labels; the column is guessed when absent.
 *
 * @param onNote told what had to be assumed to read the table
 */
export async function readTexts(
  path: string,
  column: string | undefined,
  onNote: (note: string) => void = () => undefined,
): Promise<{ readonly id: string; readonly text: string }[]> {
  const table = await readTable(path);
  for (const note of table.notes ?? []) onNote(note);
  const name = textColumnOf(path, table, column);
  return table.records.map(({ line, cells }) => ({
    id: `${basename(path)}:${line}`,
    text: cells.get(name) ?? '',
  }));
}
