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
const late = 'no answer came in time';
const brokeOff = 'the connection broke off';

/** Describes why a store does not answer. */
const network: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'nobody listens there',
  ECONNRESET: brokeOff,
  EPIPE: brokeOff,
  ENOTFOUND: 'there is no machine of that name',
  EAI_AGAIN: 'the name cannot be looked up now',
  ETIMEDOUT: late,
  TimeoutError: late,
  RequestTimeout: late,
  EHOSTUNREACH: 'its machine cannot be reached',
  ENETUNREACH: 'its network cannot be reached',
  SlowDown: 'it is asked too often',
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
 * What the AWS client threw, as a sentence. Its own messages stay out: they can name accounts and keys.
 * What is no failure of S3 (a bug, say) is given back as it is.
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
  if (!Object.hasOwn(network, code) && (status ?? 0) < 500) return null;
  return new BlobError(
    'unreachable',
    `the store of ${where} does not answer as it should (${why}); check the endpoint and the network, and try again`,
  );
}
