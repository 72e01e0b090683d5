import type { Modality } from '@espalier/transfer';
import { DatasetError } from '../errors.js';
import { labelRows } from '../labels/names.js';
import { modalityFacts } from '../modalities/allFacts.js';
import { columnsOf, contentColumn, type TableColumns } from '../readers/tables/columns.js';
import { tableOf } from '../readers/tables/delimitedText.js';
import type { FileNames } from '../readers/folders/fileNames.js';
import { requireHeader } from '../readers/tables/header.js';
import { jsonlTableOf } from '../readers/tables/jsonlText.js';
import type { Table } from '../readers/tables/cells.js';
import { isMissing } from '../readers/tables/missing.js';
import type { ReadOptions } from '../readers/reader.js';
import { splitNamed } from '../readers/folders/splitName.js';
import { isContent } from '../readers/tables/usualNames.js';

/** What runs in a browser too: the first rows of a table, and what its columns are taken for. */

export { isLeftover } from '../readers/folders/leftovers.js';
export { endingOf, isMediaPath } from '../readers/folders/mediaNames.js';
export { splitNamed };

/** What a column is for; `split` is told by its name alone. */
export type ColumnRole = 'label' | Modality | 'group' | 'split' | 'none';

export type ColumnRoles = Readonly<Record<string, ColumnRole>>;

export interface TablePreview {
  readonly columns: readonly string[];
  /** Cells of the first rows, in the order of the columns. */
  readonly rows: readonly (readonly string[])[];
  /** What each column would be taken for. */
  readonly roles: ColumnRoles;
  /** Columns of 0 and 1, one for each class, where the classes are told so. */
  readonly oneHot: readonly string[];
  /** Whether the first line may be an example or name the columns, and somebody has to say which. */
  readonly isUnclear: boolean;
  /** Whether the first line was taken for names; null where no line is. */
  readonly header: boolean | null;
  readonly notes: readonly string[];
}

export interface PreviewOptions {
  /** Whether the first line names the columns; looked at where it is left out. */
  readonly header?: boolean;
  /** Whether the text is the beginning of a longer one, whose last line may be cut. */
  readonly isPart: boolean;
}

/** Rows that are read. */
const MOST_ROWS = 200;

/** Nothing lies beside a table that is not uploaded yet. */
const noFiles: FileNames = { find: () => Promise.resolve([]) };

/**
 * The first rows of a CSV, TSV or JSONL table, read and understood as the whole will be.
 *
 * @param name of its file, whose ending tells what it is
 * @param text its beginning
 * @throws DatasetError where it cannot be read, in a sentence
 */
export async function previewTable(
  name: string,
  text: string,
  { header, isPart }: PreviewOptions,
): Promise<TablePreview> {
  const isJsonl = /\.(jsonl|ndjson)$/i.test(name);
  const whole = isPart ? text.slice(0, text.lastIndexOf('\n') + 1) : text;
  const table = isJsonl ? jsonlOf(name, whole) : delimitedOf(name, whole, { header: header ?? true, isPart });
  if (table.records.length === 0) throw new DatasetError(`${name} has no row behind its first line.`);
  const isUnclear = header === undefined && !isClear(name, table);
  const found = await guessOf(name, table);
  return {
    columns: table.columns,
    rows: table.records.map(({ cells }) => table.columns.map((column) => cells.get(column) ?? '')),
    roles: rolesOf(table.columns, found),
    oneHot: found.label?.kind === 'oneHot' ? found.label.names : [],
    isUnclear,
    header: isJsonl ? null : (header ?? true),
    notes: table.notes ?? [],
  };
}

function jsonlOf(name: string, text: string): Table {
  const lines = text.split(/\r?\n/).slice(0, MOST_ROWS);
  return jsonlTableOf(name, lines.join('\n'));
}

function delimitedOf(name: string, text: string, options: Required<PreviewOptions>): Table {
  const usual = /\.(tsv|tab)$/i.test(name) ? '\t' : ',';
  return tableOf(name, text, { ...options, usual, most: MOST_ROWS + 1 });
}

function isClear(name: string, table: Table): boolean {
  try {
    requireHeader(name, table);
    return true;
  } catch (error) {
    if (error instanceof DatasetError) return false;
    throw error;
  }
}

/** What is guessed of the columns; somebody has to say the rest. */
async function guessOf(name: string, table: Table): Promise<Partial<TableColumns>> {
  const options = { header: true };
  const all = await guessed(async () => (await columnsOf(name, table, options, noFiles)).columns);
  return all ?? (await guessed(() => contentColumn(name, table, options, noFiles))) ?? {};
}

/** Null where nothing looks like what is asked for. */
async function guessed<T>(guess: () => Promise<T>): Promise<T | null> {
  try {
    return await guess();
  } catch (error) {
    if (error instanceof DatasetError) return null;
    throw error;
  }
}

function rolesOf(columns: readonly string[], found: Partial<TableColumns>): ColumnRoles {
  const roleOf = (column: string): ColumnRole => {
    if (column === found.content && found.modality !== undefined) return found.modality;
    if (found.label?.kind === 'column' && column === found.label.name) return 'label';
    if (column === found.split) return 'split';
    return column === found.group ? 'group' : 'none';
  };
  return Object.fromEntries(columns.map((column) => [column, roleOf(column)]));
}

const optionOf = (role: Exclude<ColumnRole, 'none' | 'split'>): keyof ReadOptions => {
  if (isContent(role)) return modalityFacts.get(role).column.setting;
  return role === 'label' ? 'labelColumn' : 'groupColumn';
};

/** Under which a table is read with these roles; without a group none is guessed. */
export function optionsOfRoles(roles: ColumnRoles): ReadOptions {
  const named = Object.entries(roles).flatMap(([column, role]) =>
    role === 'none' || role === 'split' ? [] : [[optionOf(role), column] as const],
  );
  return { groupColumn: '', ...Object.fromEntries(named) };
}

/**
 * Gives a column a role. A role is one column's, and an example is one of a picture, a text and a
 * recording: the column that had it before has none.
 */
export function withRole(roles: ColumnRoles, column: string, role: ColumnRole): ColumnRoles {
  const isSame = (other: ColumnRole): boolean => other === role || (isContent(role) && isContent(other));
  return Object.fromEntries(
    Object.entries(roles).map(([name, own]) => {
      if (name === column) return [name, role];
      return [name, role !== 'none' && isSame(own) ? 'none' : own];
    }),
  );
}

export interface ClassCount {
  readonly name: string;
  readonly count: number;
}

/** The classes of the rows that are shown, with how many rows each has. */
export function classesOf({ columns, rows }: TablePreview, roles: ColumnRoles): ClassCount[] {
  const at = columns.findIndex((column) => roles[column] === 'label');
  if (at < 0) return [];
  const cells = rows.map((row) => (row[at] ?? '').trim()).filter((cell) => !isMissing(cell));
  const { classes, labels } = labelRows(
    cells.map((className) => ({ className, id: '', content: { kind: 'text', text: '' } })),
  );
  return classes.map((name, label) => ({ name, count: labels.filter((one) => one === label).length }));
}
