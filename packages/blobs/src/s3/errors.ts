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
const NETWORK = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EPIPE',
  'ETIMEDOUT',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'TimeoutError',
  'RequestTimeout',
  'SlowDown',
]);

/** A place for messages, without anything secret. */
export const placeName = ({ bucket, prefix, endpoint }: S3Place): string =>
  `s3://${bucket}${prefix && `/${prefix}`}${endpoint === undefined ? '' : ` at ${new URL(endpoint).origin}`}`;

/** The HTTP status that the AWS client got, where it got one. */
export const statusOf = (error: unknown): number | undefined =>
  (error as { $metadata?: { httpStatusCode?: number } })?.$metadata?.httpStatusCode;

/** The name that S3 gives an error, or Node the failure of a connection. */
export function codeOf(error: unknown): string {
  const { name, code } = error as { name?: unknown; code?: unknown };
  if (typeof code === 'string' && NETWORK.has(code)) return code;
  return typeof name === 'string' && /^[A-Za-z]+$/.test(name) ? name : 'Error';
}

/**
 * What the AWS client threw, as a sentence. Its own messages stay out: they can name accounts and keys.
 * What is no failure of S3 (a bug, say) is given back as it is.
 */
export function explainS3(error: unknown, where: string, place: S3Place): unknown {
  if (error instanceof BlobError || !(error instanceof Error)) return error;
  const [code, status] = [codeOf(error), statusOf(error)];
  const why = status === undefined ? code : `${code}, HTTP ${status}`;
  if (code === 'NoSuchBucket') return noBucket(place);
  return (
    explainCredentials(code, status, why, where) ??
    explainPlace(error, code, status, where, place) ??
    explainNetwork(code, status, why, where) ??
    (status === undefined
      ? error
      : new BlobError(
          'place',
          `${where} cannot be used (${why}); check what the store says of it in its log`,
        ))
  );
}

export const noBucket = (place: S3Place): BlobError =>
  new BlobError(
    'place',
    `there is no bucket ${place.bucket} for ${placeName(place)}; make it, or name another in ESPALIER_BLOBS`,
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
    return new BlobError('place', `no region is known for ${where}; set AWS_REGION, or region in its place`);
  }
  if (OTHER_REGION.has(code) || status === 301) {
    return new BlobError(
      'place',
      `bucket ${place.bucket} of ${where} is in another region or at another endpoint; set AWS_REGION to its own`,
    );
  }
  if (status !== 501) return null;
  return new BlobError(
    'place',
    `the store of ${where} cannot do what was asked (${code}); ` +
      'take one that knows conditional writes (If-None-Match), as AWS, MinIO and R2 do, or put with overwrite',
  );
}

function explainNetwork(
  code: string,
  status: number | undefined,
  why: string,
  where: string,
): BlobError | null {
  if (!NETWORK.has(code) && (status ?? 0) < 500) return null;
  return new BlobError(
    'unreachable',
    `the store of ${where} does not answer as it should (${why}); check the endpoint and the network, and try again`,
  );
}
