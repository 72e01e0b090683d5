import { realpath } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { DatasetError } from '../errors.js';
import { columnsOf, type ManifestColumns } from './columns.js';
import { isImagePath, linksInside, pathInside } from './files.js';
import { splitNamed, type ReadOptions, type Row, type Rows } from './reader.js';

/** What every manifest comes down to. */
export interface Table {
  readonly columns: readonly string[];
  readonly records: readonly TableRecord[];
}

export interface TableRecord {
  /** Where the record starts in the file, from 1. */
  readonly line: number;
  readonly cells: ReadonlyMap<string, string>;
}

/** Rows of a manifest; image paths are relative to the manifest's folder and stay inside it. */
export async function rowsOfTable(manifest: string, table: Table, options: ReadOptions): Promise<Rows> {
  if (table.records.length === 0) {
    throw new DatasetError(`${manifest} lists no images; add one line for each image.`);
  }
  const { columns, notes } = columnsOf(manifest, table, options);
  const root = dirname(manifest);
  const realRoot = await realpath(root);
  const rows: Row[] = [];
  const lineOfId = new Map<string, number>();
  let skipped = 0;
  for (const record of table.records) {
    const row = await rowOf(manifest, realRoot, record, columns);
    if (!isImagePath(row.path)) {
      skipped++;
      continue;
    }
    const first = lineOfId.get(row.id);
    if (first !== undefined) {
      throw lineError(manifest, record, `lists ${row.id} again (first on line ${first})`);
    }
    lineOfId.set(row.id, record.line);
    rows.push(row);
  }
  const skippedNote = `Ignored ${skipped} lines that do not name an image Espalier reads.`;
  return { root, rows, notes: skipped > 0 ? [...notes, skippedNote] : notes };
}

async function rowOf(
  manifest: string,
  realRoot: string,
  record: TableRecord,
  columns: ManifestColumns,
): Promise<Row> {
  const root = dirname(manifest);
  const cell = (column: string | undefined): string =>
    column === undefined ? '' : (record.cells.get(column) ?? '').trim();
  const image = cell(columns.image);
  if (image === '') throw lineError(manifest, record, `has no value in column "${columns.image}"`);
  const className = cell(columns.label);
  if (className === '') {
    throw lineError(manifest, record, `has no value in column "${columns.label}"`);
  }
  // Manifests written on Windows use backslashes.
  const path = resolve(root, image.replaceAll('\\', '/'));
  const id = pathInside(root, path);
  if (id === undefined) {
    throw lineError(manifest, record, `names ${image}, which lies outside the manifest's folder`);
  }
  const inside = await linksInside(realRoot, path).catch(() => undefined);
  if (inside === undefined) throw lineError(manifest, record, `names ${image}, which is not there`);
  if (!inside) throw lineError(manifest, record, `names ${image}, a link that leaves the folder`);
  const split = splitOf(manifest, record, cell(columns.split));
  const group = cell(columns.group);
  return { id, path, className, ...split, ...(group === '' ? {} : { group }) };
}

function splitOf(manifest: string, record: TableRecord, word: string): Pick<Row, 'split'> {
  if (word === '') return {};
  const split = splitNamed(word);
  if (split === undefined) {
    throw lineError(
      manifest,
      record,
      `has the split "${word}"; use train, validation or test, or leave it empty`,
    );
  }
  return { split };
}

function lineError(manifest: string, record: TableRecord, what: string): DatasetError {
  return new DatasetError(`${manifest}, line ${record.line}: the line ${what}.`);
}
