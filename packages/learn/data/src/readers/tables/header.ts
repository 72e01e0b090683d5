import { DatasetError } from '../../errors.js';
import { fileModalities } from '../../modalities/allFacts.js';
import { isMediaPath } from '../folders/mediaNames.js';
import type { Table } from './cells.js';
import { isUsualName } from './usualNames.js';

const isNumber = (cell: string): boolean => /^[+-]?\d+([.,]\d+)?(e[+-]?\d+)?$/i.test(cell);

/** A value that recurs so often in a column of few values is a class, and no name of a column. */
const MOST_VALUES = 0.5;

/**
 * Asks where the first line of a table looks like an example and not like the names of its columns: it is
 * neither eaten nor taken for one.
 *
 * @throws DatasetError where it does
 */
export function requireHeader(path: string, table: Table): void {
  const { columns, headerLine } = table;
  if (headerLine === undefined || columns.some(isUsualName) || isCount(columns)) return;
  const told = columns.find((column) => looksLikeValue(table, column));
  if (told === undefined) return;
  throw new DatasetError(
    `${path}, line ${headerLine}: is this line an example, or does it name the columns? It should name them, and "${told}" ` +
      'looks like a value; put a line such as text,label before it, or, if it does name them, say which is which with --label and --text (or --image-column, --audio-column), or with --header; with --no-header the columns are called 1, 2, and so on.',
  );
}

/** Names that data frames without names have: 0, 1, 2. */
const isCount = (columns: readonly string[]): boolean => columns.every((column, i) => column === String(i));

function looksLikeValue(table: Table, column: string): boolean {
  if (column === '') return false;
  if (isNumber(column)) return true;
  if (fileModalities.some((modality) => isMediaPath(modality, column))) return true;
  const cells = table.records.map(({ cells }) => (cells.get(column) ?? '').trim());
  const distinct = new Set(cells).size;
  return cells.includes(column) && distinct <= cells.length * MOST_VALUES;
}

/** Words of a name; a text has more. */
const MOST_WORDS = 3;

/**
 * The same for the texts of a table without labels, whose first line may be a text.
 *
 * @throws DatasetError where the name of the column reads like a text
 */
export function requireTextHeader(path: string, table: Table, column: string): void {
  if (table.headerLine === undefined || column.trim().split(/\s+/).length <= MOST_WORDS) return;
  throw new DatasetError(
    `${path}, line ${table.headerLine}: is this line a text, or does it name the column? It should name it; put a line such as ` +
      'text before it, or, if it does name it, repeat the name with --text.',
  );
}
