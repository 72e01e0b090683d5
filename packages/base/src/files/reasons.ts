const reasons: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file or folder',
  EACCES: 'permission is denied',
  EPERM: 'permission is denied',
  ENOTDIR: 'a part of the path is a file',
  EISDIR: 'that is a folder',
  ELOOP: 'its links lead in a circle',
  ENAMETOOLONG: 'the path is too long',
  EMFILE: 'too many files are open',
  ENFILE: 'the machine has too many files open',
  EIO: 'the disk fails there',
  EEXIST: 'something else is there already',
  ENOTEMPTY: 'the folder there is not empty',
  EXDEV: 'the folder is on another disk',
  EROFS: 'the file system is read-only',
  EBUSY: 'another program uses it',
  ETXTBSY: 'another program uses it',
  ENOSPC: 'the disk is full',
  EDQUOT: 'the disk quota is used up',
  EFBIG: 'the file is larger than it may be there',
  ENXIO: 'that is no file',
  ENODEV: 'that is no file',
  ESTALE: 'it was removed meanwhile by another machine',
};

/** Why the system refuses a file or folder, as a clause for people: `permission is denied`. */
export function reasonOf(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  return reasons[code] ?? `the system refuses it${code === '' ? '' : ` (${code})`}`;
}
