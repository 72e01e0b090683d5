import { reasonOf } from '@espalier/base/files';

/** Why the file of an example cannot be opened, as a clause. */
export function unopened(error: unknown): string {
  const isMissing = error instanceof Error && 'code' in error && error.code === 'ENOENT';
  return isMissing ? 'there is no such file' : `the file cannot be opened: ${reasonOf(error)}`;
}
