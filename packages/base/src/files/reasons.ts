const reasons: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file or folder',
  EACCES: 'permission is denied',
  EPERM: 'permission is denied',
  ENOTDIR: 'a part of the path is a file',
  EISDIR: 'the path is a folder',
  ELOOP: 'its symbolic links form a loop',
  ENAMETOOLONG: 'the path is too long',
  EMFILE: 'too many files are open',
  ENFILE: 'the machine has too many files open',
  EIO: 'the disk reported an error',
  EEXIST: 'the path already exists',
  ENOTEMPTY: 'the folder is not empty',
  EXDEV: 'the path is on another disk',
  EROFS: 'the file system is read-only',
  EBUSY: 'another program uses it',
  ETXTBSY: 'another program uses it',
  ENOSPC: 'the disk is full',
  EDQUOT: 'the disk quota is exceeded',
  EFBIG: 'the file is too large for this file system',
  ENXIO: 'the path is not a regular file',
  ENODEV: 'the path is not a regular file',
  ESTALE: 'another machine removed it in the meantime',
};

/** Describes why the system refused a file or folder, as a clause: `permission is denied`. */
export function reasonOf(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  return reasons[code] ?? `the system refused${code === '' ? '' : ` (${code})`}`;
}
