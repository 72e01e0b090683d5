import { DatasetError } from '../../errors.js';
import { readDelimited } from './delimited.js';
import { readJsonl } from './jsonl.js';
import type { TableLimits } from './limits.js';
import type { Table } from './cells.js';
import { readParquet } from './parquet.js';
import type { ReadOptions } from '../reader.js';

/** One file format that holds rows with named columns. */
interface TableFormat {
  readonly name: string;
  readonly pattern: RegExp;
  /** The file has no more bytes than it may. */
  readonly read: (path: string, limits: TableLimits, options: ReadOptions) => Promise<Table>;
}

/** A format that names the columns itself. */
function named(read: (path: string, limits: TableLimits) => Promise<Table>): TableFormat['read'] {
  return (path, limits, { header }) => {
    if (header !== false) return read(path, limits);
    throw new DatasetError(`${path} names its columns itself, in no first line; leave --no-header out.`);
  };
}

/** The table formats Espalier reads; a new one is one line here. */
export const tableFormats: readonly TableFormat[] = [
  {
    name: 'CSV',
    pattern: /\.csv$/i,
    read: (path, limits, options) => readDelimited(path, ',', limits, options),
  },
  {
    name: 'TSV',
    pattern: /\.(tsv|tab)$/i,
    read: (path, limits, options) => readDelimited(path, '\t', limits, options),
  },
  { name: 'JSONL', pattern: /\.(jsonl|ndjson)$/i, read: named(readJsonl) },
  { name: 'Parquet', pattern: /\.parquet$/i, read: named(readParquet) },
];

/** Endings that say nothing of a file but that it is text. */
const plainText = /\.(txt|text|dat|data|asc|psv|ssv)$/i;

/** How a file that is given as a table is read: by its ending, or as cells with something between them. */
export const givenFormatOf = (path: string): TableFormat | undefined =>
  formatOf(path) ??
  (plainText.test(path)
    ? {
        name: 'text',
        pattern: plainText,
        read: (file, limits, options) => readDelimited(file, ',', limits, options),
      }
    : undefined);

/** Whether a file's name says that it is a table. */
export const isTablePath = (path: string): boolean => formatOf(path) !== undefined;

export const formatOf = (path: string): TableFormat | undefined =>
  tableFormats.find(({ pattern }) => pattern.test(path));
