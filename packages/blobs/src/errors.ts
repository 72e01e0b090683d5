/**
 * What kind of trouble it is, for callers that answer in their own way (an HTTP status, a retry):
 *
 * - `key`: a key, prefix or option that cannot be used
 * - `missing`: nothing is stored under the key
 * - `conflict`: the key holds other content, and `overwrite` was not asked for
 * - `size`: more bytes than `maxBytes`
 * - `damaged`: content that does not have the SHA-256 it should have
 * - `changed`: the blob was replaced or removed while it was used; trying again may help
 * - `denied`: missing permission, or credentials that are missing or refused
 * - `unreachable`: the store did not answer, or broke off; trying again may help
 * - `full`: there is no room left
 * - `place`: the folder, bucket or file cannot be used as it is
 */
export type BlobProblem =
  | 'key'
  | 'missing'
  | 'conflict'
  | 'size'
  | 'damaged'
  | 'changed'
  | 'denied'
  | 'unreachable'
  | 'full'
  | 'place';

/**
 * Blobs that cannot be used as asked; the message is a sentence that says what was wrong, where, and what to do.
 *
 * It has no `cause`: what the AWS client throws can carry a request with its credentials.
 */
export class BlobError extends Error {
  override readonly name = 'BlobError';
  constructor(
    readonly problem: BlobProblem,
    message: string,
  ) {
    super(message);
  }
}

const DENIED = new Set(['EACCES', 'EPERM', 'EROFS']);

/** What Node threw about a file or folder, as a sentence; errors that are not about files stay as they are. */
export function explainFile(error: unknown, path: string): unknown {
  const code = error instanceof Error ? (error as NodeJS.ErrnoException).code : undefined;
  if (error instanceof BlobError || code === undefined || !/^E[A-Z0-9]+$/.test(code)) return error;
  if (DENIED.has(code)) {
    return new BlobError('denied', `${path} may not be used (${code}); give this user the right to it`);
  }
  if (code === 'EMFILE' || code === 'ENFILE') {
    return new BlobError(
      'unreachable',
      `too many files are open for ${path} (${code}); raise the limit with ulimit -n`,
    );
  }
  if (code === 'ENOSPC' || code === 'EDQUOT') {
    return new BlobError(
      'full',
      `there is no room left for ${path} (${code}); free some, or take another place`,
    );
  }
  return new BlobError('place', `${path} cannot be used (${code}); check that path, or take another`);
}
