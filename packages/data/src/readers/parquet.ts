import { stat } from 'node:fs/promises';
import { extname } from 'node:path';
import { HelperError, openHelper } from '@espalier/processes';
import { asyncBufferFromFile, parquetMetadataAsync, parquetReadObjects, type FileMetaData } from 'hyparquet';
import { compressors } from 'hyparquet-compressors';
import { z } from 'zod';
import { DatasetError } from '../errors.js';
import { parseJson } from './json.js';
import { requireBytes, requireRows, type TableLimits } from './limits.js';
import type { ParquetFunctions } from './parquetChild.js';
import type { Table, TableRecord } from './manifest.js';

/** Reads an Apache Parquet file; columns of lists, structures and bytes are left out. */
export async function readParquet(path: string, limits: TableLimits): Promise<Table> {
  const { rows, metadata } = await parquetRows(path, limits);
  const names = classNames(metadata);
  const columns = [...new Set(rows.flatMap((row) => Object.keys(row)))];
  const records = rows.map((row, index): TableRecord => {
    const cells = Object.entries(row).flatMap(([column, value]): [string, string][] => {
      const cell = classCell(names.get(column), value) ?? cellOf(value);
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

const datasetsSchema = z.object({
  info: z.object({
    features: z.record(z.string(), z.object({ _type: z.string(), names: z.array(z.string()).optional() })),
  }),
});

/**
 * Names of the numbers in columns of classes, as Hugging Face's datasets library writes them into a
 * file's metadata.
 */
function classNames({ key_value_metadata: pairs = [] }: FileMetaData): Map<string, readonly string[]> {
  const text = pairs.find(({ key }) => key === 'huggingface')?.value;
  const parsed = datasetsSchema.safeParse(text === undefined ? undefined : parseJson(text));
  if (!parsed.success) return new Map();
  return new Map(
    Object.entries(parsed.data.info.features).flatMap(
      ([column, { _type, names }]): [string, readonly string[]][] =>
        _type === 'ClassLabel' && names !== undefined ? [[column, names]] : [],
    ),
  );
}

interface ParquetRows {
  readonly rows: readonly Record<string, unknown>[];
  readonly metadata: FileMetaData;
}

async function parquetRows(path: string, limits: TableLimits): Promise<ParquetRows> {
  try {
    const file = await asyncBufferFromFile(path);
    const metadata = await parquetMetadataAsync(file);
    requireFit(path, metadata, limits);
    await requireReadable(path, limits);
    return { rows: await parquetReadObjects({ file, compressors, metadata }), metadata };
  } catch (cause) {
    if (cause instanceof DatasetError) throw cause;
    const reason = (cause as Error).message.split('\n')[0];
    throw new DatasetError(`${path} is not a Parquet file, or it is damaged (${reason}).`, { cause });
  }
}

/** From the sources and from dist/ alike. */
const entry = new URL(`./parquetChild${extname(import.meta.url)}`, import.meta.url);

/**
 * Tries a file in a process with limits before it is read here: a damaged one can say that it has billions
 * of values, or end the process that reads it.
 *
 * @throws Error with the reason, as the library has it
 */
async function requireReadable(path: string, { seconds, memoryBytes }: TableLimits): Promise<void> {
  const limits = { seconds: seconds + (await stat(path)).size / BYTES_A_SECOND, memoryBytes };
  const helper = openHelper<ParquetFunctions>({ what: 'the process that tries it', entry, limits });
  try {
    const damage = await helper.ask(({ damage: find }) => find(path));
    if (damage !== null) throw new Error(damage);
  } catch (error) {
    throw error instanceof HelperError ? new Error(`reading it ${error.reason}`, { cause: error }) : error;
  } finally {
    helper.close();
  }
}

/** Fewer than the slowest machine reads. */
const BYTES_A_SECOND = 1_000_000;

/** Before anything is unpacked: what a file says of itself is what is read of it. */
function requireFit(path: string, { num_rows, row_groups }: FileMetaData, limits: TableLimits): void {
  requireRows(path, Number(num_rows), limits);
  requireRows(
    path,
    row_groups.reduce((sum, group) => sum + Number(group.num_rows), 0),
    limits,
  );
  requireBytes(
    path,
    row_groups.reduce((sum, group) => sum + Number(group.total_byte_size), 0),
    limits,
  );
}

/** The class that a number stands for; none, an empty cell, where it is negative. */
function classCell(names: readonly string[] | undefined, value: unknown): string | undefined {
  const isIndex = typeof value === 'number' || typeof value === 'bigint';
  if (names === undefined || !isIndex) return undefined;
  return value < 0 ? '' : names[Number(value)];
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
