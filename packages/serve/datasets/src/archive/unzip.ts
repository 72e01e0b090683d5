import { createWriteStream } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { PRIVATE_FILE } from '@espalier/base/files';
import { openPromise, type Entry, type ZipFile } from 'yauzl';
import { DatasetsError } from '../errors.js';
import { entryParts, isClutter, shown } from './names.js';

export interface UnzipLimits {
  readonly entries: number;
  /** Of all files together, unpacked. */
  readonly bytes: number;
  /** Unpacked bytes a packed one; small files may have more. */
  readonly ratio: number;
}

export const unzipLimits: UnzipLimits = { entries: 200_000, bytes: 64 * 2 ** 30, ratio: 200 };

/** Files below this do no harm, however well they are packed. */
const SMALL = 2 ** 20;

export interface UnzipOptions {
  readonly limits?: UnzipLimits;
  readonly signal?: AbortSignal;
  readonly onProgress?: (done: number, total: number) => void;
}

/**
 * Unpacks the files of a zip into a folder that is empty. Only plain files and folders with harmless
 * names are taken; what is written is counted, whatever the archive says of itself.
 *
 * @throws DatasetsError (`archive`, `size`); half of the files may be there then
 */
export async function unzip(path: string, folder: string, options: UnzipOptions = {}): Promise<void> {
  const { limits = unzipLimits, signal, onProgress } = options;
  const zip = await naming(() =>
    openPromise(path, { lazyEntries: true, autoClose: false, strictFileNames: true }),
  );
  try {
    if (zip.entryCount > limits.entries) {
      throw new DatasetsError(
        'size',
        `the zip has ${zip.entryCount} entries, and at most ${limits.entries} are allowed; split the dataset`,
      );
    }
    const budget = budgetOf(limits);
    const seen = new Set<string>();
    for await (const entry of entriesOf(zip)) {
      signal?.throwIfAborted();
      await unpack(zip, entry, { folder, budget, seen, limits, signal });
      onProgress?.(zip.entriesRead, zip.entryCount);
    }
  } finally {
    zip.close();
  }
}

/** Names the file in errors of the zip reader, which does not know its name. */
async function naming<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    if (cause instanceof DatasetsError || !(cause instanceof Error) || cause.name === 'AbortError')
      throw cause;
    if ('code' in cause && /^E[A-Z]+$/.test(String(cause.code))) throw cause;
    throw new DatasetsError('archive', `the zip cannot be read (${cause.message}); create it again`, {
      cause,
    });
  }
}

async function* entriesOf(zip: ZipFile): AsyncGenerator<Entry> {
  const entries = zip.eachEntry();
  for (;;) {
    const next = await naming(() => entries.next());
    if (next.done === true) return;
    yield next.value;
  }
}

interface Unpacking {
  readonly folder: string;
  readonly budget: Budget;
  readonly seen: Set<string>;
  readonly limits: UnzipLimits;
  readonly signal: AbortSignal | undefined;
}

async function unpack(
  zip: ZipFile,
  entry: Entry,
  { folder, budget, seen, limits, signal }: Unpacking,
): Promise<void> {
  const name = entry.fileName;
  const parts = entryParts(name);
  requirePlain(entry, limits);
  if (name.endsWith('/') || isClutter(parts)) return;
  // Where a file system does not tell large letters from small, one would overwrite the other.
  const same = parts.join('/').normalize('NFC').toLowerCase();
  if (seen.has(same)) throw new DatasetsError('archive', `the zip contains ${shown(name)} twice; keep one`);
  seen.add(same);
  const target = join(folder, ...parts);
  await naming(async () => {
    await mkdir(dirname(target), { recursive: true });
    const content = await zip.openReadStreamPromise(entry);
    const file = createWriteStream(target, { flags: 'wx', mode: PRIVATE_FILE });
    await pipeline(content, budget.metered(entry), file, { ...(signal && { signal }) });
  });
}

const FILE_TYPE = 0o170000;
const plainTypes: ReadonlySet<number> = new Set([0, 0o100000, 0o040000]);
/** In the upper byte of what made an entry: its attributes are those of Unix. */
const UNIX = new Set([3, 19]);

function requirePlain(entry: Entry, { ratio }: UnzipLimits): void {
  const name = shown(entry.fileName);
  if (entry.isEncrypted())
    throw new DatasetsError('archive', `the zip contains ${name} encrypted; create it without a password`);
  const type = (entry.externalFileAttributes >>> 16) & FILE_TYPE;
  if (UNIX.has(entry.versionMadeBy >>> 8) && !plainTypes.has(type)) {
    throw new DatasetsError(
      'archive',
      `the zip contains ${name}, which is a link or a device; add the file itself instead`,
    );
  }
  const { uncompressedSize, compressedSize } = entry;
  if (uncompressedSize > SMALL && uncompressedSize > ratio * compressedSize) throw tooDense(entry, ratio);
}

const tooDense = ({ fileName }: Entry, ratio: number): DatasetsError =>
  new DatasetsError(
    'size',
    `the zip contains ${shown(fileName)}, which unpacks to more than ${ratio} times its size; create the zip without it`,
  );

interface Budget {
  /** Counts what passes, and stops at the first byte too many. */
  metered(entry: Entry): Transform;
}

function budgetOf({ bytes, ratio }: UnzipLimits): Budget {
  let left = bytes;
  return {
    metered: (entry) => {
      let own = 0;
      return new Transform({
        transform: (chunk: Buffer, _, done) => {
          left -= chunk.length;
          own += chunk.length;
          if (left < 0)
            done(new DatasetsError('size', `the zip unpacks to more than ${bytes} bytes; split the dataset`));
          else if (own > SMALL && own > ratio * entry.compressedSize) done(tooDense(entry, ratio));
          else done(null, chunk);
        },
      });
    },
  };
}
