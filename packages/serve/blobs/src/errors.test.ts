import { expect, it } from 'vitest';
import { BlobError, explainFile } from './errors.js';

const thrown = (code: string): Error => Object.assign(new Error(`${code}: in words of Node`), { code });

it.each([
  ['EACCES', 'denied', '/blobs cannot be accessed (permission is denied); give this user access to it'],
  [
    'EROFS',
    'denied',
    '/blobs cannot be accessed (the file system is read-only); give this user access to it',
  ],
  [
    'EMFILE',
    'unreachable',
    '/blobs cannot be opened (too many files are open); raise the limit with ulimit -n',
  ],
  [
    'ENOSPC',
    'full',
    '/blobs cannot be written (the disk is full); free some space, or choose another location for the blobs',
  ],
  [
    'ENOENT',
    'place',
    '/blobs cannot be used (there is no such file or folder); check the path, or choose another one',
  ],
  [
    'ENOTDIR',
    'place',
    '/blobs cannot be used (a part of the path is a file); check the path, or choose another one',
  ],
])('says in words and not by its code what %s is', (code, problem, message) => {
  const error = explainFile(thrown(code), '/blobs');
  expect(error).toBeInstanceOf(BlobError);
  expect(error).toMatchObject({ problem, message });
});

it('leaves what is no trouble with a file as it is', () => {
  for (const error of [
    new TypeError('a bug'),
    thrown('ERR_INVALID_ARG_TYPE'),
    'text',
    new BlobError('key', 'x'),
  ])
    expect(explainFile(error, '/blobs')).toBe(error);
});
