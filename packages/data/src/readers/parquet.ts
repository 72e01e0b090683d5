import { asyncBufferFromFile, parquetReadObjects } from 'hyparquet';
import { compressors } from 'hyparquet-compressors';
import { DatasetError } from '../errors.js';
import type { Table, TableRecord } from './manifest.js';

/** Reads an Apache Parquet file; columns of lists, structures and bytes are left out. */
export async function readParquet(path: string): Promise<Table> {
  const rows = await parquetRows(path);
  const columns = [...new Set(rows.flatMap((row) => Object.keys(row)))];
  const records = rows.map((row, index): TableRecord => {
    const cells = Object.entries(row).flatMap(([column, value]): [string, string][] => {
      const cell = cellOf(value);
      return cell === undefined ? [] : [[column, cell]];
    });
    return { line: index + 1, cells: new Map(cells) };
  });
  const kept = columns.filter((column) => records.some(({ cells }) => cells.has(column)));
  if (rows.length > 0 && kept.length < columns.length && kept.length < 2) {
    const dropped = columns.filter((column) => !kept.includes(column));
    throw new DatasetError(
      `${path}: the column "${dropped[0]}" holds structures or bytes, and Espalier reads columns of texts, ` +
        'numbers and paths; write the media as files and their paths as a column.',
    );
  }
  return { columns: kept, records };
}

async function parquetRows(path: string): Promise<Record<string, unknown>[]> {
  try {
    const file = await asyncBufferFromFile(path);
    return await parquetReadObjects({ file, compressors });
  } catch (cause) {
    const reason = (cause as Error).message.split('\n')[0];
    throw new DatasetError(`${path} is not a Parquet file, or it is damaged (${reason}).`, { cause });
  }
}

function cellOf(value: unknown): string | undefined {
  switch (typeof value) {
    case 'string':
      return value;
    case 'number':
    case 'bigint':
    case 'boolean':
      return String(value);
    default:
      return value instanceof Date ? value.toISOString() : undefined;
  }
}
