import { DatasetError } from '../../errors.js';
import { shownSome } from '../../words.js';
import type { Table, TableRecord } from './cells.js';

const off: ReadonlySet<string> = new Set(['0', '0.0', 'false', 'no']);
const on: ReadonlySet<string> = new Set(['1', '1.0', 'true', 'yes']);

const word = (record: TableRecord, column: string): string =>
  (record.cells.get(column) ?? '').trim().toLowerCase();

/** The columns that hold 0 and 1 alone, and both, where there are at least two: one for each class. */
export function oneHotColumns(table: Table, columns: readonly string[]): string[] | null {
  const found = columns.filter((column) => {
    const values = new Set(table.records.map((record) => word(record, column)));
    const known = [...values].every((value) => off.has(value) || on.has(value));
    return known && [...values].some((value) => on.has(value));
  });
  const both = found.filter((column) => table.records.some((record) => off.has(word(record, column))));
  return both.length >= 2 && both.length === found.length ? both : null;
}

/**
 * The class of a line with one column for each class: the column that holds 1.
 *
 * @throws DatasetError where it is not exactly one
 */
export function oneHotClass(path: string, columns: readonly string[], record: TableRecord): string {
  const set = columns.filter((column) => on.has(word(record, column)));
  const [only] = set;
  if (only !== undefined && set.length === 1) return only;
  const what = set.length === 0 ? 'no class' : `the classes ${shownSome(set)}`;
  throw new DatasetError(
    `${path}: the columns ${shownSome(columns.map((column) => `"${column}"`))} hold 0 and 1, and line ${record.line} has ${what}: ` +
      'this is a multi-label dataset, which is not read yet; give each line exactly one class, or name a column with --label.',
  );
}
