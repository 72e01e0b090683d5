import { setTimeout as sleep } from 'node:timers/promises';
import { GetObjectCommand, type GetObjectCommandOutput } from '@aws-sdk/client-s3';
import type { Readable } from 'node:stream';
import { changedMeanwhile, type OpenBlob } from '../backend.js';
import { BlobError } from '../errors.js';
import { codeOf, explainS3, statusOf } from './errors.js';
import { infoFrom, type Bucket } from './object.js';

/** Number of consecutive interruptions without a new byte before a transfer fails. */
const BREAKS = 5;
/** The pause after the first break in ms; it doubles. */
const PAUSE = 50;

/** Opens an object; null where there is none. A transfer that breaks goes on where it stopped. */
export async function openObject(bucket: Bucket, key: string): Promise<OpenBlob | null> {
  const first = await bucket.send(key, getCommand(bucket, key));
  if (first === null) return null;
  let body = first.Body as Readable;
  let released = false;
  const release = async (): Promise<void> => {
    released = true;
    body.destroy();
  };
  try {
    const info = infoFrom(bucket, key, first);
    const chunks = async function* (): AsyncGenerator<Uint8Array> {
      let at = 0;
      for (let breaks = 0; ; breaks++) {
        let why = 'the content ended early';
        try {
          for await (const chunk of body as AsyncIterable<Buffer>) {
            at += chunk.length;
            breaks = 0;
            yield chunk;
          }
          if (at >= info.bytes) return;
        } catch (error) {
          why = codeOf(error);
        }
        if (released) return;
        if (breaks >= BREAKS) throw brokenOff(bucket.where(key), at, info.bytes, why);
        await sleep(PAUSE * 2 ** breaks);
        body = await bodyFrom(bucket, key, at, first.ETag);
      }
    };
    return { info, chunks: chunks(), release };
  } catch (error) {
    await release();
    throw error;
  }
}

const getCommand = ({ name, objectKey }: Bucket, key: string, from = 0, etag?: string): GetObjectCommand =>
  new GetObjectCommand({
    Bucket: name,
    Key: objectKey(key),
    ...(from > 0 && { Range: `bytes=${from}-` }),
    // The rest has to be of what the beginning was of.
    ...(etag !== undefined && { IfMatch: etag }),
  });

/** The content from a byte on. @throws BlobError `changed` where the object is another by now */
async function bodyFrom(
  bucket: Bucket,
  key: string,
  from: number,
  etag: string | undefined,
): Promise<Readable> {
  const answer = await resumed(bucket, key, from, etag);
  const body = answer.Body as Readable;
  if (from === 0 || answer.ContentRange?.startsWith(`bytes ${from}-`)) return body;
  body.destroy();
  throw new BlobError(
    'place',
    `the object store of ${bucket.where(key)} returned another byte range than requested; use one that supports range requests`,
  );
}

async function resumed(
  bucket: Bucket,
  key: string,
  from: number,
  etag: string | undefined,
): Promise<GetObjectCommandOutput> {
  try {
    return await bucket.client.send(getCommand(bucket, key, from, etag));
  } catch (error) {
    if ([404, 412, 416].includes(statusOf(error) ?? 0)) throw changedMeanwhile(bucket.where(key));
    throw explainS3(error, bucket.where(key), bucket.place);
  }
}

const brokenOff = (where: string, at: number, bytes: number, why: string): BlobError =>
  new BlobError(
    'unreachable',
    `the transfer of ${where} was interrupted ${BREAKS + 1} times, last at byte ${at} of ${bytes} (${why}); ` +
      'check the network, and try again',
  );
