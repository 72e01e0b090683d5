import { homedir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { blobPlace, openBlobs, BlobError, type BlobPlace } from './index.js';

const placeOf = (text: string): BlobPlace => blobPlace({ ESPALIER_BLOBS: text });

it('blobs are in a folder of the user where nothing is said', () => {
  expect(blobPlace({})).toEqual({ kind: 'folder', folder: join(homedir(), '.local/share/espalier/blobs') });
  expect(blobPlace({ XDG_DATA_HOME: '/data', ESPALIER_BLOBS: '' })).toEqual({
    kind: 'folder',
    folder: '/data/espalier/blobs',
  });
});

it('ESPALIER_BLOBS names a folder or a bucket', () => {
  expect(placeOf('file:///srv/team%20blobs')).toEqual({ kind: 'folder', folder: '/srv/team blobs' });
  expect(placeOf('s3://team')).toEqual({ kind: 's3', bucket: 'team', prefix: '' });
  expect(placeOf('s3://team/a/b/')).toEqual({ kind: 's3', bucket: 'team', prefix: 'a/b' });
  const own = 's3://team/a?endpoint=http://minio:9000&region=eu-central-1&pathStyle=true';
  expect(placeOf(own)).toEqual({
    ...{ kind: 's3', bucket: 'team', prefix: 'a', endpoint: 'http://minio:9000', region: 'eu-central-1' },
    forcePathStyle: true,
  });
});

it('what names no place is refused, and no password is repeated', () => {
  const refused: Record<string, RegExp> = {
    '/srv/blobs': /is not a URL/,
    'file://host/blobs': /does not name a folder of this machine/,
    'https://host/bucket': /begins with https:; give file/,
    's3://': /a name that S3 does not accept/,
    's3://x': /a name that S3 does not accept/,
    's3://team/a//b': /the prefix "a\/\/b" in bucket team/,
    's3://team/a%2F..': /the prefix/,
    's3://team?secret=1': /takes only endpoint=URL/,
    's3://team?pathStyle=yes': /takes only endpoint=URL/,
    's3://team?endpoint=ftp://host': /endpoint of the blobs begins with ftp:/,
    's3://me:hunter2@team/a': /contains a user name or password/,
    's3://team?endpoint=http://me:hunter2@host': /contains a user name or password/,
  };
  for (const [text, message] of Object.entries(refused)) {
    expect(() => placeOf(text)).toThrow(message);
    expect(() => placeOf(text)).toThrow(BlobError);
    expect(() => placeOf(text)).not.toThrow(/hunter2/);
  }
  const inPlace = { kind: 's3', bucket: 'team', prefix: '../a' } as const;
  expect(() => openBlobs(inPlace)).toThrow(/the prefix/);
  expect(() => openBlobs({ kind: 'folder', folder: '' })).toThrow(/is empty/);
});
