import { copyFile, readdir, readFile, writeFile } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { openBlobs, type Blobs, type S3Place } from '../index.js';
import {
  all,
  BINARY,
  collected,
  inChunks,
  numbered,
  problemOf,
  sha256,
  temporaryFolder,
} from '../testing/contents.js';
import { cutAfter, fail, startS3, TEST_CREDENTIALS, type TestS3 } from '../testing/s3.js';

const MIB = 2 ** 20;

let s3: TestS3;
let places = 0;
let prefix: string;

beforeAll(async () => {
  s3 = await startS3();
});
afterAll(() => s3.close());
beforeEach(() => {
  for (const [name, value] of Object.entries(TEST_CREDENTIALS)) vi.stubEnv(name, value);
  s3.intercept = null;
  prefix = `place-${places++}`;
});

function open(more: Partial<S3Place> = {}): Blobs {
  const blobs = openBlobs(s3.place(prefix, more));
  onTestFinished(() => blobs.close());
  return blobs;
}

const ranges = (from: number): string[] =>
  s3.requests.slice(from).flatMap((line) => /bytes=.*/.exec(line)?.[0] ?? []);

describe('a transfer from S3 that breaks', () => {
  const bytes = numbered(3 * MIB);

  /** Cuts the first transfers of an object, each after so many bytes. */
  function cut(...after: number[]): void {
    s3.intercept = (request, response) => {
      if (request.method === 'GET' && after.length > 0) cutAfter(response, after.shift() as number);
      return false;
    };
  }

  it('goes on where it stopped, by a range, and is what was put', async () => {
    const blobs = open();
    await blobs.put('key', bytes, BINARY);
    const path = join(await temporaryFolder(), 'file');
    for (const cuts of [[1 * MIB], [100_000, 500_000, 1_000_000], [2 * MIB, 0, 0, 0]]) {
      cut(...cuts);
      const before = s3.requests.length;
      await blobs.fetchTo('key', path);
      expect((await readFile(path)).equals(bytes)).toBe(true);
      const asked = ranges(before);
      expect(asked.length).toBeGreaterThan(0);
      const starts = asked.map((range) => Number(/bytes=(\d+)-/.exec(range)?.[1]));
      expect(starts).toEqual(starts.toSorted((a, b) => a - b));
      expect(starts[0]).toBeLessThanOrEqual(cuts[0] as number);
    }
    cut(1 * MIB);
    expect((await collected(await blobs.get('key'))).equals(bytes)).toBe(true);
  });

  it('is given up after some breaks without a byte more, and leaves nothing', async () => {
    const blobs = open();
    await blobs.put('key', bytes, BINARY);
    const folder = await temporaryFolder();
    s3.intercept = (request, response) => {
      if (request.method !== 'GET') return false;
      if (request.headers.range !== undefined) response.writeHead(206, rangeHeaders(request.headers.range));
      cutAfter(response, request.headers.range === undefined ? MIB : 0);
      if (request.headers.range !== undefined) response.write(Buffer.alloc(10));
      return request.headers.range !== undefined;
    };
    expect(await problemOf(blobs.fetchTo('key', join(folder, 'file')))).toMatchObject({
      problem: 'unreachable',
      message: expect.stringMatching(
        /^the transfer of key in s3:.* was interrupted 6 times, last at byte \d+ of 3145728 /,
      ),
    });
    expect(await readdir(folder)).toEqual([]);
  });

  const rangeHeaders = (range: string): Record<string, string> => {
    const from = Number(/\d+/.exec(range)?.[0]);
    return {
      'content-range': `bytes ${from}-${bytes.length - 1}/${bytes.length}`,
      'content-length': String(bytes.length - from),
    };
  };

  it('does not go on with another object, nor with one that begins anew', async () => {
    const blobs = open();
    await blobs.put('key', bytes, BINARY);
    const path = join(await temporaryFolder(), 'file');
    s3.intercept = (request, response) => {
      if (request.method !== 'GET') return false;
      if (request.headers.range === undefined) cutAfter(response, MIB);
      else expect(request.headers['if-match']).toMatch(/^"[0-9a-f]{32}"$/);
      if (request.headers.range !== undefined) fail(request, response, 412, 'PreconditionFailed');
      return request.headers.range !== undefined;
    };
    expect((await problemOf(blobs.fetchTo('key', path))).problem).toBe('changed');
    s3.intercept = (request, response) => {
      if (request.headers.range === undefined) cutAfter(response, MIB);
      delete request.headers.range;
      return false;
    };
    expect(await problemOf(blobs.fetchTo('key', path))).toMatchObject({
      problem: 'place',
      message: expect.stringMatching(/returned another byte range/),
    });
  });
});

describe('a put to S3', () => {
  it('gives up its parts where the stream breaks or a part is refused', async () => {
    const blobs = open();
    const bytes = numbered(20 * MIB);
    const broken = async function* (): AsyncGenerator<Uint8Array> {
      yield bytes;
      throw new Error('the sender went away');
    };
    const before = s3.requests.length;
    const told = { ...BINARY, sha256: sha256(bytes) };
    await expect(blobs.put('key', broken(), told)).rejects.toThrow('the sender went away');
    const wrong = blobs.put('key', inChunks(bytes, [MIB]), { ...BINARY, sha256: '0'.repeat(64) });
    expect((await problemOf(wrong)).problem).toBe('damaged');
    const large = { ...told, maxBytes: 18 * MIB };
    expect((await problemOf(blobs.put('key', inChunks(bytes, [MIB]), large))).problem).toBe('size');
    s3.intercept = (request, response) => {
      if (!(request.url ?? '').includes('partNumber=2')) return false;
      fail(request, response, 403, 'AccessDenied');
      return true;
    };
    expect((await problemOf(blobs.put('key', inChunks(bytes, [MIB]), BINARY))).problem).toBe('denied');
    const sent = s3.requests.slice(before);
    expect(sent.filter((line) => /^PUT .*partNumber=1/.test(line))).toHaveLength(4);
    expect(sent.filter((line) => /^DELETE .*uploadId=/.test(line))).toHaveLength(4);
    expect(await s3.openUploads()).toEqual([]);
    s3.intercept = null;
    expect(await all(blobs.list(''))).toEqual([]);
  });

  it('sends a part again when its connection is cut', async () => {
    const blobs = open();
    const bytes = numbered(20 * MIB);
    let cuts = 2;
    s3.intercept = (request) => {
      if (request.method !== 'PUT' || cuts === 0) return false;
      cuts--;
      request.once('data', () => request.socket.destroy());
      return true;
    };
    await blobs.put('key', inChunks(bytes, [MIB]), BINARY);
    expect(cuts).toBe(0);
    expect(sha256(await blobs.read('key', { maxBytes: bytes.length }))).toBe(sha256(bytes));
  });

  it('leaves no file of its own behind, whatever became of it', async () => {
    const blobs = open();
    const spooled = async (): Promise<string[]> =>
      (await readdir(tmpdir())).filter((name) => name.startsWith('espalier-blob-'));
    const before = await spooled();
    const bytes = numbered(9 * MIB);
    await blobs.put('key', inChunks(bytes, [MIB]), BINARY);
    const broken = async function* (): AsyncGenerator<Uint8Array> {
      yield bytes;
      throw Object.assign(new Error('no such upload'), { code: 'ENOENT' });
    };
    await expect(blobs.put('other', broken(), BINARY)).rejects.toThrow('no such upload');
    const large = blobs.put('other', inChunks(numbered(10 * MIB), [MIB]), { ...BINARY, maxBytes: 9 * MIB });
    expect((await problemOf(large)).problem).toBe('size');
    expect(await spooled()).toEqual(before);
  });

  it('that another overtakes ends as if it had come later', async () => {
    const other = open();
    const blobs = open();
    for (const [key, theirs, ours] of [
      ['same', numbered(10), numbered(10)],
      ['differs', numbered(10, 2), numbered(10)],
    ] as const) {
      let overtaken = false;
      s3.intercept = (request, response) => {
        if (request.method !== 'PUT' || overtaken) return false;
        overtaken = true;
        void other.put(key, theirs, BINARY).then(() => fail(request, response, 412, 'PreconditionFailed'));
        return true;
      };
      const putting = blobs.put(key, ours, BINARY);
      if (key === 'same') expect(await putting).toMatchObject({ bytes: 10, sha256: sha256(ours) });
      else expect((await problemOf(putting)).problem).toBe('conflict');
      expect(await blobs.read(key, { maxBytes: 10 })).toEqual(theirs);
    }
  });
});

describe('an object in S3', () => {
  it('that was damaged, or was not stored by Espalier, is told of and mended by overwriting', async () => {
    const blobs = open();
    const path = join(await temporaryFolder(), 'file');
    await blobs.put('key', numbered(100), BINARY);
    await writeFile(s3.fileOf(prefix, 'key'), numbered(100, 2));
    for (const use of [() => blobs.read('key', { maxBytes: 100 }), () => blobs.fetchTo('key', path)]) {
      expect(await problemOf(use())).toMatchObject({
        problem: 'damaged',
        message: expect.stringContaining(`has the SHA-256 ${sha256(numbered(100, 2))}`),
      });
    }
    await copyFile(s3.fileOf(prefix, 'key'), s3.fileOf(prefix, 'foreign'));
    for (const use of [() => blobs.stat('foreign'), () => blobs.get('foreign')]) {
      expect((await problemOf(use())).message).toMatch(/has no SHA-256 in its metadata/);
    }
    expect((await problemOf(blobs.put('foreign', numbered(5), BINARY))).problem).toBe('conflict');
    await blobs.put('foreign', numbered(5), { ...BINARY, overwrite: true });
    expect(await blobs.read('foreign', { maxBytes: 5 })).toEqual(numbered(5));
  });

  it('is listed over any number of pages, and only if it is of the prefix and a key', async () => {
    const blobs = open();
    const keys = Array.from({ length: 8 }, (_, i) => `many/${i}`);
    const listed = [...keys.map((key) => `${prefix}/${key}`), `${prefix}/no key`, `${prefix}-beside/key`];
    s3.intercept = (request, response) => {
      // s3rver makes its tokens by a cipher that Node no longer has.
      const url = new URL(request.url ?? '/', 'http://local');
      if (!url.searchParams.has('list-type')) return false;
      response.writeHead(200, { 'content-type': 'application/xml' });
      const asked = listed.filter((key) => key.startsWith(url.searchParams.get('prefix') ?? ''));
      response.end(listingOf(asked, Number(url.searchParams.get('continuation-token') ?? 0)));
      return true;
    };
    const before = s3.requests.length;
    expect((await all(blobs.list(''))).map(({ key }) => key).sort()).toEqual(keys);
    expect(s3.requests.slice(before).filter((line) => line.includes('list-type'))).toHaveLength(3);
  });
});

/** A page of three objects, from one on. */
function listingOf(keys: readonly string[], from: number): string {
  const more = from + 3 < keys.length;
  const contents = keys
    .slice(from, from + 3)
    .map(
      (key) =>
        `<Contents><Key>${key}</Key><LastModified>2026-01-01T00:00:00.000Z</LastModified><Size>1</Size></Contents>`,
    );
  const token = more ? `<NextContinuationToken>${from + 3}</NextContinuationToken>` : '';
  return `<?xml version="1.0"?><ListBucketResult><IsTruncated>${more}</IsTruncated>${contents.join('')}${token}</ListBucketResult>`;
}

describe('an S3 that cannot be used', () => {
  const uses = (blobs: Blobs): (() => Promise<unknown>)[] => [
    () => blobs.stat('key'),
    () => blobs.read('key', { maxBytes: 10 }),
    () => blobs.put('key', numbered(10), BINARY),
    () => blobs.put('key', numbered(10), { ...BINARY, overwrite: true }),
    () => blobs.put('key', inChunks(numbered(10), [3]), BINARY),
    () => all(blobs.list('')),
    () => blobs.remove('key'),
  ];

  async function expectProblem(blobs: Blobs, problem: string, message: RegExp): Promise<void> {
    for (const use of uses(blobs)) {
      const told = await problemOf(use());
      expect(told.problem).toBe(problem);
      expect(told.message).toMatch(message);
      expect(told.message).not.toMatch(/S3RVER|TOPSECRET|arn:/);
    }
  }

  it('for want of the bucket says so, and which', async () => {
    await expectProblem(
      open({ bucket: 'no-such-bucket' }),
      'place',
      /^there is no bucket no-such-bucket for s3:/,
    );
  });

  it('for want of permission says so, without whose it is', async () => {
    s3.intercept = (request, response) => {
      fail(request, response, 403, 'AccessDenied', 'arn:aws:iam::1:user/S3RVER is not authorized');
      return true;
    };
    await expectProblem(
      open(),
      'denied',
      /^access to .*s3:\/\/espalier-test.* was denied .*HTTP 403.*allow these/,
    );
  });

  it('with refused credentials says so, without them', async () => {
    vi.stubEnv('AWS_ACCESS_KEY_ID', 'TOPSECRET');
    const refused = /were refused \(InvalidAccessKeyId, HTTP 403|was denied \(.*HTTP 403/;
    await expectProblem(open(), 'denied', refused);
    s3.intercept = (request, response) => {
      fail(request, response, 403, 'SignatureDoesNotMatch', 'TOPSECRET');
      return true;
    };
    const told = await problemOf(open().read('key', { maxBytes: 1 }));
    expect(told.message).toMatch(/^the credentials for key in .* were refused \(SignatureDoesNotMatch/);
    expect(told.message).not.toContain('TOPSECRET');
  });

  it('without credentials says which to set', async () => {
    const home = await temporaryFolder();
    for (const name of ['AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY', 'AWS_PROFILE'])
      vi.stubEnv(name, undefined);
    vi.stubEnv('AWS_EC2_METADATA_DISABLED', 'true');
    vi.stubEnv('AWS_SHARED_CREDENTIALS_FILE', join(home, 'none'));
    vi.stubEnv('AWS_CONFIG_FILE', join(home, 'none'));
    await expectProblem(open(), 'denied', /^there are no credentials for .* set AWS_ACCESS_KEY_ID/);
  });

  it('in another region, or without conditional writes, or that fails, says so', async () => {
    const answers = [
      [301, 'PermanentRedirect', 'place', /is in another region/],
      [501, 'NotImplemented', 'place', /does not support the request/],
      [503, 'SlowDown', 'unreachable', /does not respond .*503/],
      [418, 'Teapot', 'place', /cannot be used \(.*HTTP 418\)/],
    ] as const;
    for (const [status, code, problem, message] of answers) {
      s3.intercept = (request, response) => {
        fail(request, response, status, code);
        return true;
      };
      const blobs = open();
      for (const use of [uses(blobs)[0], uses(blobs)[2]]) {
        const told = await problemOf((use as () => Promise<unknown>)());
        expect(told).toMatchObject({ problem, message: expect.stringMatching(message) });
      }
    }
  });

  it('where nobody listens says where', async () => {
    const server = createServer();
    await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    await new Promise((resolve) => server.close(resolve));
    const blobs = open({ endpoint: `http://127.0.0.1:${port}` });
    expect(await problemOf(blobs.stat('key'))).toMatchObject({
      problem: 'unreachable',
      message: expect.stringMatching(new RegExp(`at http://127.0.0.1:${port} .*the connection was refused`)),
    });
  });
});
