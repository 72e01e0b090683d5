import { readDelimited } from './delimited.js';
import { readJsonl } from './jsonl.js';
import type { TableLimits } from './limits.js';
import type { Table } from './manifest.js';
import { readParquet } from './parquet.js';

/** One file format that holds rows with named columns. */
interface TableFormat {
  readonly name: string;
  readonly pattern: RegExp;
  /** The file has no more bytes than it may. */
  readonly read: (path: string, limits: TableLimits) => Promise<Table>;
}

/** The table formats Espalier reads; a new one is one line here. */
export const tableFormats: readonly TableFormat[] = [
  { name: 'CSV', pattern: /\.csv$/i, read: (path, limits) => readDelimited(path, ',', limits) },
  { name: 'TSV', pattern: /\.(tsv|tab)$/i, read: (path, limits) => readDelimited(path, '\t', limits) },
  { name: 'JSONL', pattern: /\.(jsonl|ndjson)$/i, read: readJsonl },
  { name: 'Parquet', pattern: /\.parquet$/i, read: readParquet },
];

/** Endings that say nothing of a file but that it is text. */
const plainText = /\.(txt|text|dat|data|asc|psv|ssv)$/i;

/** How a file that is given as a table is read: by its ending, or as cells with something between them. */
export const givenFormatOf = (path: string): TableFormat | undefined =>
  formatOf(path) ??
  (plainText.test(path)
    ? { name: 'text', pattern: plainText, read: (file, limits) => readDelimited(file, ',', limits) }
    : undefined);

/** Whether a file's name says that it is a table. */
export const isTablePath = (path: string): boolean => formatOf(path) !== undefined;

export const formatOf = (path: string): TableFormat | undefined =>
  tableFormats.find(({ pattern }) => pattern.test(path));
