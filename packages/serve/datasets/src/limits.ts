import { tableLimits } from '@espalier/data';
import type { ProcessLimits } from '@espalier/base/processes';
import { z } from 'zod';
import { unzipLimits, type UnzipLimits } from './archive/unzip.js';
import { DatasetsError } from './errors.js';

/** Limits for untrusted datasets on a server. */
export interface DatasetLimits {
  /** One example, with the list of its dataset. */
  readonly read: ProcessLimits;
  readonly inspect: ProcessLimits;
  readonly unpack: ProcessLimits & UnzipLimits;
  /** Of a project's uploads together, those that are under way with them. */
  readonly uploadBytes: number;
}

const count = z.coerce.number().int().min(1);
const GiB = 2 ** 30;

/** A machine may have less: the process that parses is what the kernel ends first. */
const settingsSchema = z.object({
  ESPALIER_READ_SECONDS: count.default(60),
  ESPALIER_READ_BYTES: count.default(4 * GiB),
  ESPALIER_INSPECT_SECONDS: count.default(3600),
  ESPALIER_INSPECT_BYTES: count.default(8 * GiB),
  ESPALIER_UNPACK_SECONDS: count.default(3600),
  ESPALIER_MAX_UNPACKED_BYTES: count.default(unzipLimits.bytes),
  ESPALIER_MAX_UPLOAD_BYTES: count.default(256 * GiB),
});

/** The process that unpacks streams; it needs little, whatever it unpacks. */
const UNPACK_MEMORY = GiB;

/**
 * The limits that the environment names, or the usual ones; docs/operations.md lists them.
 *
 * @throws DatasetsError (`invalid`) where one of them is no count; DatasetError for those of tables
 */
export function datasetLimits(env: NodeJS.ProcessEnv = process.env): DatasetLimits {
  tableLimits(env);
  const parsed = settingsSchema.safeParse(env);
  if (!parsed.success) {
    const name = String(parsed.error.issues[0]?.path[0]);
    throw new DatasetsError(
      'invalid',
      `${name} is set to '${env[name]}', which is not a whole number of 1 or more; correct it, or unset it`,
    );
  }
  const { data } = parsed;
  return {
    read: { seconds: data.ESPALIER_READ_SECONDS, memoryBytes: data.ESPALIER_READ_BYTES },
    inspect: { seconds: data.ESPALIER_INSPECT_SECONDS, memoryBytes: data.ESPALIER_INSPECT_BYTES },
    unpack: {
      ...unzipLimits,
      bytes: data.ESPALIER_MAX_UNPACKED_BYTES,
      seconds: data.ESPALIER_UNPACK_SECONDS,
      memoryBytes: UNPACK_MEMORY,
    },
    uploadBytes: data.ESPALIER_MAX_UPLOAD_BYTES,
  };
}
