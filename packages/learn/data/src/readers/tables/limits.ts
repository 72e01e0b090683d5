import { z } from 'zod';
import { DatasetError } from '../../errors.js';

/** What a table may hold. A small file can unpack to more than a machine has. */
export interface TableLimits {
  readonly rows: number;
  /** Of the file, and of a Parquet file's columns once they are unpacked. */
  readonly bytes: number;
  /** Of trying a Parquet file, beside what its size allows. */
  readonly seconds: number;
  /** Of the process that tries it. */
  readonly memoryBytes: number;
}

const count = z.coerce.number().int().min(1);
const settingsSchema = z.object({
  ESPALIER_MAX_ROWS: count.default(2_000_000),
  // V8 makes no longer text.
  ESPALIER_MAX_TABLE_BYTES: count.default(512_000_000),
  ESPALIER_READ_SECONDS: count.default(60),
  ESPALIER_READ_BYTES: count.default(4 * 2 ** 30),
});

/**
 * The limits that the environment names: `ESPALIER_MAX_ROWS` and `ESPALIER_MAX_TABLE_BYTES`.
 *
 * @throws DatasetError where one of them is no count
 */
export function tableLimits(env: NodeJS.ProcessEnv = process.env): TableLimits {
  const parsed = settingsSchema.safeParse(env);
  if (parsed.success) {
    const { data } = parsed;
    return {
      rows: data.ESPALIER_MAX_ROWS,
      bytes: data.ESPALIER_MAX_TABLE_BYTES,
      seconds: data.ESPALIER_READ_SECONDS,
      memoryBytes: data.ESPALIER_READ_BYTES,
    };
  }
  const name = String(parsed.error.issues[0]?.path[0]);
  throw new DatasetError(
    `${name} is set to '${env[name]}', which is no whole number of 1 or more; correct it, or leave it out.`,
  );
}

/** @throws DatasetError where a table has more rows than it may */
export function requireRows(path: string, rows: number, { rows: most }: TableLimits): void {
  if (rows <= most) return;
  throw new DatasetError(
    `${path} has more than ${most} rows; divide it, or set ESPALIER_MAX_ROWS to more where the memory is there.`,
  );
}

/** @throws DatasetError where a table has more bytes than it may */
export function requireBytes(path: string, bytes: number, { bytes: most }: TableLimits): void {
  if (bytes <= most) return;
  throw new DatasetError(
    `${path} has more than ${most} bytes of table; divide it, or set ESPALIER_MAX_TABLE_BYTES to more where the memory is there.`,
  );
}
