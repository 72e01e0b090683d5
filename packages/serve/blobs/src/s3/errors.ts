import { BlobError } from '../errors.js';
import type { S3Place } from '../place.js';

const REFUSED = new Set([
  'InvalidAccessKeyId',
  'SignatureDoesNotMatch',
  'ExpiredToken',
  'InvalidToken',
  'TokenRefreshRequired',
  'RequestTimeTooSkewed',
]);
const OTHER_REGION = new Set([
  'PermanentRedirect',
  'AuthorizationHeaderMalformed',
  'IllegalLocationConstraintException',
]);
const late = 'the connection timed out';
const brokeOff = 'the connection was closed';

/** Describes why a store does not answer. */
const network: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'the connection was refused',
  ECONNRESET: brokeOff,
  EPIPE: brokeOff,
  ENOTFOUND: 'the host name does not exist',
  EAI_AGAIN: 'the host name cannot be resolved now',
  ETIMEDOUT: late,
  TimeoutError: late,
  RequestTimeout: late,
  EHOSTUNREACH: 'the host is unreachable',
  ENETUNREACH: 'the network is unreachable',
  SlowDown: 'it receives too many requests',
};

/** A place for messages, without anything secret. */
export const placeName = ({ bucket, prefix, endpoint }: S3Place): string =>
  `s3://${bucket}${prefix && `/${prefix}`}${endpoint === undefined ? '' : ` at ${new URL(endpoint).origin}`}`;

/** The HTTP status that the AWS client got, where it got one. */
export const statusOf = (error: unknown): number | undefined =>
  (error as { $metadata?: { httpStatusCode?: number } })?.$metadata?.httpStatusCode;

/** The name that S3 gives an error, or Node the failure of a connection. */
export function codeOf(error: unknown): string {
  const { name, code } = error as { name?: unknown; code?: unknown };
  if (typeof code === 'string' && Object.hasOwn(network, code)) return code;
  return typeof name === 'string' && /^[A-Za-z]+$/.test(name) ? name : 'Error';
}

/**
 * Converts an error of the AWS client into a sentence without its own message, which can name accounts and keys.
 * Returns other errors, such as bugs, unchanged.
 */
export function explainS3(error: unknown, where: string, place: S3Place): unknown {
  if (error instanceof BlobError || !(error instanceof Error)) return error;
  const [code, status] = [codeOf(error), statusOf(error)];
  const word = network[code] ?? code;
  const why = status === undefined ? word : `${word}, HTTP ${status}`;
  if (code === 'NoSuchBucket') return noBucket(place);
  return (
    explainCredentials(code, status, why, where) ??
    explainPlace(error, code, status, where, place) ??
    explainNetwork(code, status, why, where) ??
    (status === undefined
      ? error
      : new BlobError('place', `${where} cannot be used (${why}); check the log of the object store`))
  );
}

export const noBucket = (place: S3Place): BlobError =>
  new BlobError(
    'place',
    `there is no bucket ${place.bucket} for ${placeName(place)}; create it, or name another one in ESPALIER_BLOBS`,
  );

function explainCredentials(
  code: string,
  status: number | undefined,
  why: string,
  where: string,
): BlobError | null {
  if (code === 'CredentialsProviderError') {
    return new BlobError(
      'denied',
      `there are no credentials for ${where}; set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or AWS_PROFILE`,
    );
  }
  if (REFUSED.has(code)) {
    return new BlobError(
      'denied',
      `the credentials for ${where} were refused (${why}); renew or correct them, and check the clock`,
    );
  }
  if (status !== 401 && status !== 403) return null;
  return new BlobError(
    'denied',
    `access to ${where} was denied (${why}); ` +
      'allow these credentials s3:GetObject, PutObject, DeleteObject, AbortMultipartUpload and ListBucket there',
  );
}

function explainPlace(
  error: Error,
  code: string,
  status: number | undefined,
  where: string,
  place: S3Place,
): BlobError | null {
  if (error.message === 'Region is missing') {
    return new BlobError(
      'place',
      `no region is known for ${where}; set AWS_REGION, or add region=NAME to ESPALIER_BLOBS`,
    );
  }
  if (OTHER_REGION.has(code) || status === 301) {
    return new BlobError(
      'place',
      `bucket ${place.bucket} of ${where} is in another region or at another endpoint; set AWS_REGION to the region of the bucket`,
    );
  }
  if (status !== 501) return null;
  return new BlobError(
    'place',
    `the object store of ${where} does not support the request (${code}); ` +
      'use one with conditional writes (If-None-Match), such as AWS, MinIO or R2, or put with overwrite',
  );
}

function explainNetwork(
  code: string,
  status: number | undefined,
  why: string,
  where: string,
): BlobError | null {
  if (!Object.hasOwn(network, code) && (status ?? 0) < 500) return null;
  return new BlobError(
    'unreachable',
    `the object store of ${where} does not respond (${why}); check the endpoint and the network, and try again`,
  );
}
