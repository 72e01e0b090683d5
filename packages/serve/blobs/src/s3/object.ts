import {
  HeadBucketCommand,
  S3Client,
  type GetObjectCommand,
  type GetObjectCommandOutput,
  type HeadObjectCommand,
  type HeadObjectCommandOutput,
} from '@aws-sdk/client-s3';
import type { BlobInfo } from '../backend.js';
import { BlobError } from '../errors.js';
import type { S3Place } from '../place.js';
import { codeOf, explainS3, noBucket, placeName, statusOf } from './errors.js';

/** A connection that says nothing for so long is given up; ms. */
const CONNECT_MS = 10_000;
const SILENCE_MS = 60_000;

/** A bucket, and how to ask for its objects. */
export interface Bucket {
  readonly client: S3Client;
  readonly place: S3Place;
  readonly name: string;
  readonly objectKey: (key: string) => string;
  readonly where: (key: string) => string;
  /** Asks for an object; null where there is none. @throws BlobError */
  readonly send: AskForObject;
}

interface AskForObject {
  (key: string, command: GetObjectCommand): Promise<GetObjectCommandOutput | null>;
  (key: string, command: HeadObjectCommand): Promise<HeadObjectCommandOutput | null>;
}

export function openBucket(place: S3Place): Bucket {
  const client = clientFor(place);
  const beginning = place.prefix === '' ? '' : `${place.prefix}/`;
  const where = (key: string): string => `${key} in ${placeName(place)}`;
  let bucketSeen = false;
  const send = async (key: string, command: GetObjectCommand | HeadObjectCommand): Promise<unknown> => {
    try {
      return await client.send(command as GetObjectCommand);
    } catch (error) {
      if (codeOf(error) === 'NoSuchBucket' || statusOf(error) !== 404) {
        throw explainS3(error, where(key), place);
      }
    }
    // The answer to HEAD has no body, and so does not tell a missing bucket from a missing object.
    if (!bucketSeen) await checkBucket(client, place);
    bucketSeen = true;
    return null;
  };
  return {
    client,
    place,
    name: place.bucket,
    objectKey: (key) => `${beginning}${key}`,
    where,
    send: send as AskForObject,
  };
}

function clientFor({ endpoint, region, forcePathStyle }: S3Place): S3Client {
  return new S3Client({
    ...(endpoint !== undefined && { endpoint }),
    ...(region !== undefined && { region }),
    ...(forcePathStyle !== undefined && { forcePathStyle }),
    // Newer checksums are unknown to many S3-compatible stores; every blob has its SHA-256 anyway.
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
    requestHandler: { connectionTimeout: CONNECT_MS, socketTimeout: SILENCE_MS },
  });
}

async function checkBucket(client: S3Client, place: S3Place): Promise<void> {
  try {
    await client.send(new HeadBucketCommand({ Bucket: place.bucket }));
  } catch (error) {
    if (statusOf(error) === 404) throw noBucket(place);
    throw explainS3(error, placeName(place), place);
  }
}

/** Reads the facts of an object. @throws BlobError `damaged` where it has no SHA-256 */
export function infoFrom({ where }: Bucket, key: string, answer: HeadObjectCommandOutput): BlobInfo {
  const sha256 = sha256From(answer);
  if (sha256 === null) {
    throw new BlobError(
      'damaged',
      `${where(key)} has no SHA-256 in its metadata, so Espalier did not write it; store it again, with overwrite`,
    );
  }
  return {
    key,
    bytes: answer.ContentLength ?? 0,
    sha256,
    contentType: answer.ContentType ?? 'application/octet-stream',
  };
}

/** The SHA-256 that an object was stored with; null where it has none. */
export function sha256From({ Metadata }: HeadObjectCommandOutput): string | null {
  const sha256 = Metadata?.['sha256'];
  return sha256 !== undefined && /^[0-9a-f]{64}$/.test(sha256) ? sha256 : null;
}
