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

/** Spreadsheets set to a language with a decimal comma write semicolons. */
const csvDelimiter = (header: string): string => (!header.includes(',') && header.includes(';') ? ';' : ',');

/** The table formats Espalier reads; a new one is one line here. */
export const tableFormats: readonly TableFormat[] = [
  { name: 'CSV', pattern: /\.csv$/i, read: (path, limits) => readDelimited(path, csvDelimiter, limits) },
  { name: 'TSV', pattern: /\.(tsv|tab)$/i, read: (path, limits) => readDelimited(path, () => '\t', limits) },
  { name: 'JSONL', pattern: /\.(jsonl|ndjson)$/i, read: readJsonl },
  { name: 'Parquet', pattern: /\.parquet$/i, read: readParquet },
];

/** Whether a file's name says that it is a table. */
export const isTablePath = (path: string): boolean => formatOf(path) !== undefined;

export const formatOf = (path: string): TableFormat | undefined =>
  tableFormats.find(({ pattern }) => pattern.test(path));
