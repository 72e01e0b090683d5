import { Readable } from 'node:stream';
import {
  DeleteObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  type ListObjectsV2CommandOutput,
} from '@aws-sdk/client-s3';
import { Upload } from '@aws-sdk/lib-storage';
import {
  alreadyStored,
  changedMeanwhile,
  type Backend,
  type ListedBlob,
  type PutOptions,
  type StoredBlob,
} from '../backend.js';
import { meter, type BlobSource } from '../content.js';
import { isKey } from '../keys.js';
import type { S3Place } from '../place.js';
import { explainS3, placeName, statusOf } from './errors.js';
import { infoFrom, openBucket, sha256From, type Bucket } from './object.js';
import { openObject } from './read.js';
import { spool } from './spool.js';

/** S3 takes parts of 5 MiB at least, and 10,000 of them at most. */
const PART_BYTES = 8 * 2 ** 20;
const MOST_PARTS = 10_000;
/** Parts under way at once; each is held in memory. */
const PARTS_AT_ONCE = 3;

/** Blobs in an S3-compatible store: an object each, its SHA-256 in the metadata `sha256`. */
export function s3Backend(place: S3Place): Backend {
  const bucket = openBucket(place);
  const head = (key: string) =>
    bucket.send(key, new HeadObjectCommand({ Bucket: bucket.name, Key: bucket.objectKey(key) }));
  const current: Backend['current'] = async (key) => {
    const answer = await head(key);
    return answer === null ? null : { bytes: answer.ContentLength ?? 0, sha256: sha256From(answer) };
  };
  return {
    where: bucket.where,
    current,
    stat: async (key) => {
      const answer = await head(key);
      return answer === null ? null : infoFrom(bucket, key, answer);
    },
    put: (key, source, options) => put(bucket, current, key, source, options),
    open: (key) => openObject(bucket, key),
    list: (prefix) => list(bucket, prefix),
    remove: (key) => remove(bucket, key),
    close: () => bucket.client.destroy(),
  };
}

/** The metadata goes ahead of the content, so a stream of unknown SHA-256 is kept aside first. */
async function put(
  bucket: Bucket,
  current: Backend['current'],
  key: string,
  source: BlobSource,
  options: PutOptions,
): Promise<StoredBlob> {
  const backend = { where: bucket.where, current };
  if (options.sha256 !== undefined) {
    return upload(bucket, backend, key, source, { ...options, sha256: options.sha256 });
  }
  const measured = meter(source, { ...options, where: bucket.where(key) });
  const spooled = await spool(measured.chunks).catch((error: unknown) => {
    throw measured.failure()?.error ?? error;
  });
  try {
    const [sha256, bytes] = [measured.sha256(), measured.bytes()];
    const there = await alreadyStored(backend, key, sha256, options.overwrite);
    return (
      there ?? (await upload(bucket, backend, key, spooled.source(), { ...options, sha256, maxBytes: bytes }))
    );
  } finally {
    await spooled.drop();
  }
}

/** Sends content that has to have a SHA-256; where it has not, the parts that were sent are given up. */
async function upload(
  bucket: Bucket,
  backend: Pick<Backend, 'where' | 'current'>,
  key: string,
  source: BlobSource,
  options: PutOptions & { readonly sha256: string },
): Promise<StoredBlob> {
  const { sha256, overwrite = false } = options;
  const measured = meter(source, { ...options, where: bucket.where(key) });
  const most = source instanceof Uint8Array ? source.length : (options.maxBytes ?? 0);
  const sending = new Upload({
    client: bucket.client,
    params: {
      Bucket: bucket.name,
      Key: bucket.objectKey(key),
      Body: Readable.from(measured.chunks, { objectMode: false }),
      ContentType: options.contentType,
      Metadata: { sha256 },
      // Of several writers that find nothing there, one succeeds.
      ...(!overwrite && { IfNoneMatch: '*' }),
    },
    partSize: Math.max(PART_BYTES, Math.ceil(most / MOST_PARTS)),
    queueSize: PARTS_AT_ONCE,
    leavePartsOnError: false,
  });
  try {
    await sending.done();
    return { key, bytes: measured.bytes(), sha256 };
  } catch (error) {
    // What a stream threw is the caller's own, and the cause of whatever the client threw afterwards.
    const failure = measured.failure();
    if (failure !== null) throw failure.error;
    if (!overwrite && [409, 412].includes(statusOf(error) ?? 0)) return otherWriter(backend, key, sha256);
    throw explainS3(error, bucket.where(key), bucket.place);
  }
}

/** Somebody stored the key while this was sent. */
async function otherWriter(
  backend: Pick<Backend, 'where' | 'current'>,
  key: string,
  sha256: string,
): Promise<StoredBlob> {
  const there = await alreadyStored(backend, key, sha256);
  if (there === null) throw changedMeanwhile(backend.where(key));
  return there;
}

/** Objects whose names are no keys are not ours, and left out. */
async function* list(bucket: Bucket, prefix: string): AsyncGenerator<ListedBlob> {
  const beginning = bucket.objectKey('');
  let after: string | undefined;
  do {
    const page = await listPage(bucket, `${beginning}${prefix}`, after);
    for (const { Key = '', Size = 0 } of page.Contents ?? []) {
      const key = Key.slice(beginning.length);
      if (isKey(key)) yield { key, bytes: Size };
    }
    after = page.IsTruncated === true ? page.NextContinuationToken : undefined;
  } while (after !== undefined);
}

async function listPage(
  { client, name, place }: Bucket,
  prefix: string,
  after: string | undefined,
): Promise<ListObjectsV2CommandOutput> {
  try {
    return await client.send(
      new ListObjectsV2Command({ Bucket: name, Prefix: prefix, ContinuationToken: after }),
    );
  } catch (error) {
    throw explainS3(error, placeName(place), place);
  }
}

async function remove({ client, name, objectKey, where, place }: Bucket, key: string): Promise<void> {
  try {
    await client.send(new DeleteObjectCommand({ Bucket: name, Key: objectKey(key) }));
  } catch (error) {
    throw explainS3(error, where(key), place);
  }
}
