import { open, stat } from 'node:fs/promises';
import { extname } from 'node:path';
import { headLength, kindOfBytes } from '@espalier/base/files';
import { HelperError, openHelper } from '@espalier/base/processes';
import {
  asyncBufferFromFile,
  parquetMetadataAsync,
  parquetReadObjects,
  parquetSchema,
  type FileMetaData,
} from 'hyparquet';
import { compressors } from 'hyparquet-compressors';
import { z } from 'zod';
import { DatasetError } from '../../errors.js';
import { otherKind } from '../../checks/otherKind.js';
import { parseJson } from './json.js';
import { requireBytes, requireRows, type TableLimits } from './limits.js';
import type { ParquetFunctions } from './parquetChild.js';
import type { Table, TableRecord } from './cells.js';

/**
 * Reads an Apache Parquet file. Bytes that are pictures or recordings, alone or in a structure as Hugging Face's
 * datasets library writes them, are media; columns of lists and of other structures and bytes are left out.
 */
export async function readParquet(path: string, limits: TableLimits): Promise<Table> {
  const { rows, metadata } = await parquetRows(path, limits);
  const names = classNames(metadata);
  const columns = [...new Set(rows.flatMap((row) => Object.keys(row)))];
  const records = rows.map((row, index): TableRecord => recordOf(row, index + 1, names));
  const kept = columns.filter((column) =>
    records.some(({ cells, media }) => cells.has(column) || media?.has(column) === true),
  );
  if (rows.length > 0 && kept.length < columns.length && kept.length < 2) {
    const dropped = columns.filter((column) => !kept.includes(column));
    throw new DatasetError(
      `${path}: the column "${dropped[0]}" holds structures or bytes that are no picture and no recording, and Espalier ` +
        'reads columns of texts, numbers, paths and media; write the media as files and their paths as a column.',
    );
  }
  return { columns: kept, records };
}

type Row = Readonly<Record<string, unknown>>;

function recordOf(row: Row, line: number, names: ReadonlyMap<string, readonly string[]>): TableRecord {
  const cells = new Map<string, string>();
  const media = new Map<string, Uint8Array>();
  for (const [column, value] of Object.entries(row)) {
    const bytes = mediaOf(value);
    if (bytes !== null) media.set(column, bytes);
    else {
      const cell = classCell(names.get(column), value) ?? cellOf(value);
      if (cell !== undefined) cells.set(column, cell);
    }
  }
  return { line, cells, ...(media.size > 0 && { media }) };
}

/** Bytes of a picture or a recording, alone or as the `bytes` of a structure. */
function mediaOf(value: unknown): Uint8Array | null {
  const bytes = value instanceof Uint8Array ? value : bytesSchema.safeParse(value).data?.bytes;
  if (bytes === undefined) return null;
  const group = kindOfBytes(bytes)?.group;
  return group === 'picture' || group === 'sound' ? bytes : null;
}

const bytesSchema = z.object({ bytes: z.instanceof(Uint8Array) });
/** A structure that names a file instead of holding it. */
const pathSchema = z.object({ path: z.string() });

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
  readonly rows: readonly Row[];
  readonly metadata: FileMetaData;
}

async function parquetRows(path: string, limits: TableLimits): Promise<ParquetRows> {
  await requireWhole(path);
  try {
    const file = await asyncBufferFromFile(path);
    const metadata = await parquetMetadataAsync(file);
    requireKnown(path, metadata);
    requireFit(path, metadata, limits);
    await requireReadable(path, limits);
    // Bytes stay bytes: the library would spoil pictures as text.
    return { rows: await parquetReadObjects({ file, compressors, metadata, utf8: false }), metadata };
  } catch (cause) {
    if (cause instanceof DatasetError) throw cause;
    throw new DatasetError(`${path} is not a Parquet file, or it is damaged; write it again.`, { cause });
  }
}

/** Parquet's mark stands at both ends. */
const MARK = 'PAR1';

async function requireWhole(path: string): Promise<void> {
  const { size } = await stat(path);
  const file = await open(path);
  try {
    const head = Buffer.alloc(Math.min(size, headLength));
    const tail = Buffer.alloc(Math.min(size, MARK.length));
    await file.read(head, 0, head.length, 0);
    await file.read(tail, 0, tail.length, size - tail.length);
    if (head.toString('latin1', 0, 4) !== MARK) {
      const kind = kindOfBytes(head);
      const what = kind === null ? ', or it is damaged at its beginning' : `: ${otherKind(kind, 'text')}`;
      throw new DatasetError(`${path} is not a Parquet file${what}.`);
    }
    if (tail.toString('latin1') !== MARK) throw new DatasetError(`${path} is cut short; copy it again.`);
  } finally {
    await file.close();
  }
}

/**
 * Refuses what the library would fail on half way, with columns still being read.
 *
 * @throws DatasetError where a column is none of the schema's, or is compressed in a way that is not read
 */
function requireKnown(path: string, metadata: FileMetaData): void {
  const codecs: ReadonlySet<string> = new Set(['UNCOMPRESSED', ...Object.keys(compressors)]);
  for (const { columns } of metadata.row_groups) {
    for (const { meta_data: column } of columns) {
      if (column === undefined || !isInSchema(metadata, column.path_in_schema)) {
        throw new DatasetError(
          `${path} is damaged: a column is none of those that it names; write it again.`,
        );
      }
      if (!codecs.has(column.codec)) {
        throw new DatasetError(
          `${path}: the column "${column.path_in_schema.join('.')}" is compressed with ${column.codec}, which is not read; write it with Snappy or Zstandard.`,
        );
      }
    }
  }
}

function isInSchema(metadata: FileMetaData, names: readonly string[]): boolean {
  let current = parquetSchema(metadata);
  for (const name of names) {
    const child = current.children.find(({ element }) => element.name === name);
    if (child === undefined) return false;
    current = child;
  }
  return true;
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
    if (error instanceof HelperError) {
      throw new DatasetError(
        `${path} is not a Parquet file, or it is damaged (reading it ${error.reason}).`,
        {
          cause: error,
        },
      );
    }
    throw error;
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
      if (value instanceof Date) return value.toISOString();
      if (value instanceof Uint8Array) return utf8Of(value);
      return pathSchema.safeParse(value).data?.path;
  }
}

/** Older writers do not mark their texts as such. */
function utf8Of(bytes: Uint8Array): string | undefined {
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    return text.includes('\0') ? undefined : text;
  } catch {
    return undefined;
  }
}
