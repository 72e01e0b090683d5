import { reasonOf } from '@espalier/base/files';

/**
 * Kind of the problem, for callers that answer in their own way (an HTTP status, a retry):
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

interface Trouble {
  readonly problem: BlobProblem;
  /** Operation that failed, such as `cannot be read`. */
  readonly what: string;
  readonly remedy: string;
}

const denied: Trouble = {
  problem: 'denied',
  what: 'cannot be accessed',
  remedy: 'give this user access to it',
};
const crowded: Trouble = {
  problem: 'unreachable',
  what: 'cannot be opened',
  remedy: 'raise the limit with ulimit -n',
};
const full: Trouble = {
  problem: 'full',
  what: 'cannot be written',
  remedy: 'free some space, or choose another location for the blobs',
};
const unusable: Trouble = {
  problem: 'place',
  what: 'cannot be used',
  remedy: 'check the path, or choose another one',
};

/** By Node's codes; any other of a file makes its place unusable. */
const troubles: Readonly<Record<string, Trouble>> = {
  EACCES: denied,
  EPERM: denied,
  EROFS: denied,
  EMFILE: crowded,
  ENFILE: crowded,
  ENOSPC: full,
  EDQUOT: full,
};

/** Converts an error of Node about a file or folder into a sentence; keeps other errors. */
export function explainFile(error: unknown, path: string): unknown {
  const code = error instanceof Error ? (error as NodeJS.ErrnoException).code : undefined;
  if (error instanceof BlobError || code === undefined || !/^E[A-Z0-9]+$/.test(code)) return error;
  const { problem, what, remedy } = troubles[code] ?? unusable;
  return new BlobError(problem, `${path} ${what} (${reasonOf(error)}); ${remedy}`);
}
