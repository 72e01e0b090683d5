import { access, realpath } from 'node:fs/promises';
import { basename, dirname, resolve } from 'node:path';
import { nouns, type Content } from '../dataset.js';
import { DatasetError } from '../errors.js';
import { columnsOf, type TableColumns } from './columns.js';
import { isMediaPath, linksInside, pathInside } from './files.js';
import { isMissing } from './missing.js';
import type { ReadOptions, Row, Rows } from './reader.js';
import { splitNamed } from './splitName.js';

/** What every table comes down to. */
export interface Table {
  readonly columns: readonly string[];
  readonly records: readonly TableRecord[];
  /** What had to be assumed to read it. */
  readonly notes?: readonly string[];
}

export interface TableRecord {
  /** Where the record starts in the file, from 1. */
  readonly line: number;
  readonly cells: ReadonlyMap<string, string>;
}

interface Place {
  readonly path: string;
  /** The table's folder, its links followed. */
  readonly realRoot: string;
  readonly columns: TableColumns;
}

/** Rows of a table; paths are relative to the table's folder and stay inside it. */
export async function rowsOfTable(path: string, table: Table, options: ReadOptions): Promise<Rows> {
  if (table.records.length === 0) {
    throw new DatasetError(`${path} lists no examples; add one line for each example.`);
  }
  const { columns, notes } = columnsOf(path, table, options);
  const root = dirname(path);
  const place: Place = { path, realRoot: await realpath(root), columns };
  const { modality } = columns;
  const rows: Row[] = [];
  const lineOfId = new Map<string, number>();
  let skipped = 0;
  let unlabelled = 0;
  for (const record of table.records) {
    if (isMissing(cellOf(record, columns.label))) {
      unlabelled++;
      continue;
    }
    const { id, content } = await exampleOf(place, record);
    if (content.kind === 'file' && !isMediaPath(modality, content.path)) {
      skipped++;
      continue;
    }
    const first = lineOfId.get(id);
    if (first !== undefined) {
      throw lineError(path, record, `lists ${id} again (first on line ${first})`);
    }
    lineOfId.set(id, record.line);
    rows.push({ id, content, ...labelsOf(place, record) });
  }
  const skippedNote = `Ignored ${skipped} lines that do not name ${modality === 'image' ? 'an' : 'a'} ${nouns[modality]} Espalier reads.`;
  const missingNote = `Left out ${unlabelled} of ${table.records.length} lines: they have no value in column "${columns.label}".`;
  const all = [
    ...(table.notes ?? []),
    ...notes,
    ...(unlabelled > 0 ? [missingNote] : []),
    ...(skipped > 0 ? [skippedNote] : []),
  ];
  return { root, modality, rows, labelsFrom: `column "${columns.label}"`, notes: all };
}

const cellOf = (record: TableRecord, column: string | undefined): string =>
  column === undefined ? '' : (record.cells.get(column) ?? '').trim();

function labelsOf({ path, columns }: Place, record: TableRecord): Pick<Row, 'className' | 'split' | 'group'> {
  const className = cellOf(record, columns.label);
  const group = cellOf(record, columns.group);
  return {
    className,
    ...splitOf(path, record, cellOf(record, columns.split)),
    ...(group === '' ? {} : { group }),
  };
}

async function exampleOf(place: Place, record: TableRecord): Promise<{ id: string; content: Content }> {
  const { path, columns } = place;
  // Text is taken as it is written; an empty one is reported when the dataset is scanned.
  if (columns.modality === 'text') {
    const text = record.cells.get(columns.content) ?? '';
    return { id: `${basename(path)}:${record.line}`, content: { kind: 'text', text } };
  }
  return fileOf(place, record);
}

async function fileOf(
  { path: table, realRoot, columns }: Place,
  record: TableRecord,
): Promise<{ id: string; content: Content }> {
  const file = cellOf(record, columns.content);
  if (file === '') throw lineError(table, record, `has no value in column "${columns.content}"`);
  const root = dirname(table);
  // Tables written on Windows use backslashes.
  const path = await existing(resolve(root, file.replaceAll('\\', '/')));
  const id = pathInside(root, path);
  if (id === undefined) {
    throw lineError(table, record, `names ${file}, which lies outside the manifest's folder`);
  }
  const inside = await linksInside(realRoot, path).catch(() => undefined);
  if (inside === undefined) throw lineError(table, record, `names ${file}, which is not there`);
  if (!inside) throw lineError(table, record, `names ${file}, a link that leaves the folder`);
  return { id, content: { kind: 'file', path } };
}

/** The path in the Unicode form that the disk has it in: tables and file systems differ in that. */
async function existing(path: string): Promise<string> {
  const forms = [...new Set([path, path.normalize('NFC'), path.normalize('NFD')])];
  if (forms.length === 1) return path;
  for (const form of forms) {
    const isThere = await access(form).then(
      () => true,
      () => false,
    );
    if (isThere) return form;
  }
  return path;
}

function splitOf(path: string, record: TableRecord, word: string): Pick<Row, 'split'> {
  if (word === '') return {};
  const split = splitNamed(word);
  if (split === undefined) {
    throw lineError(
      path,
      record,
      `has the split "${word}"; use train, validation or test, or leave it empty`,
    );
  }
  return { split };
}

function lineError(path: string, record: TableRecord, what: string): DatasetError {
  return new DatasetError(`${path}, line ${record.line}: the line ${what}.`);
}
