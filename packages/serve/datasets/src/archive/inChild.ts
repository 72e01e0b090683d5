import { extname } from 'node:path';
import { HelperError, openHelper } from '@espalier/base/processes';
import { DatasetsError } from '../errors.js';
import { datasetLimits, type DatasetLimits } from '../limits.js';
import type { UnzipFunctions } from './protocol.js';

export interface UnpackOptions {
  readonly limits?: DatasetLimits['unpack'];
  readonly signal?: AbortSignal;
}

/** From the sources and from dist/ alike. */
const entry = new URL(`./child${extname(import.meta.url)}`, import.meta.url);

/**
 * The same as `unzip`, in a process of its own that is killed where it takes too much, or the signal says so.
 *
 * @throws DatasetsError (`archive`, `size`, `failed`); the signal's reason
 */
export async function unzipInChild(
  path: string,
  folder: string,
  { limits = datasetLimits().unpack, signal }: UnpackOptions = {},
): Promise<void> {
  const helper = openHelper<UnzipFunctions>({ what: 'the process that unpacks', entry, limits });
  const { entries, bytes, ratio } = limits;
  try {
    const refused = await helper.ask(
      (functions) => functions.unzip(path, folder, { entries, bytes, ratio }),
      signal && { signal },
    );
    if (refused !== null) throw new DatasetsError(refused.problem, refused.message);
  } catch (cause) {
    if (!(cause instanceof HelperError)) throw cause;
    throw new DatasetsError('failed', `unpacking the zip ${cause.reason}; try again, or split the dataset`, {
      cause,
    });
  } finally {
    helper.close();
  }
}
