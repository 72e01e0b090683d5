import { homedir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { BlobError } from './errors.js';
import { isKey } from './keys.js';

export interface FolderPlace {
  readonly kind: 'folder';
  /** Made where it is missing. */
  readonly folder: string;
}

export interface S3Place {
  readonly kind: 's3';
  readonly bucket: string;
  /** Prefix of every key, joined by a `/`: empty, or a key itself. */
  readonly prefix: string;
  /** Of a store that is not AWS; by default what the AWS client takes from its environment and files. */
  readonly endpoint?: string;
  /** By default what the AWS client takes from its environment and files. */
  readonly region?: string;
  /** Whether the bucket stands in the path and not in the host's name; MinIO and its like need it. */
  readonly forcePathStyle?: boolean;
}

/** Location of blobs. */
export type BlobPlace = FolderPlace | S3Place;

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * The place that `ESPALIER_BLOBS` names, else a folder of the user's data directory.
 *
 * It is `file:///path`, or `s3://bucket/prefix`, which takes `?endpoint=URL`, `region=NAME` and
 * `pathStyle=true` for stores that are not AWS. Credentials are no part of it.
 *
 * @throws BlobError (`place`) where it names none
 */
export function blobPlace(env: Environment = process.env): BlobPlace {
  const text = env['ESPALIER_BLOBS'];
  if (!text) {
    const data = env['XDG_DATA_HOME'] || join(homedir(), '.local', 'share');
    return { kind: 'folder', folder: join(data, 'espalier', 'blobs') };
  }
  const url = urlOf(text, 'ESPALIER_BLOBS');
  if (url.protocol === 'file:') return { kind: 'folder', folder: folderOf(url) };
  if (url.protocol !== 's3:') {
    throw badPlace(`ESPALIER_BLOBS begins with ${url.protocol}; give file:///path or s3://bucket/prefix`);
  }
  return checkPlace(s3Place(url));
}

function folderOf(url: URL): string {
  try {
    return fileURLToPath(url);
  } catch {
    throw badPlace(
      'ESPALIER_BLOBS does not name a folder of this machine; give file:///path, with three slashes',
    );
  }
}

function s3Place(url: URL): S3Place {
  const known = new Set(['endpoint', 'region', 'pathStyle']);
  const options = url.searchParams;
  const unknown = [...options.keys()].find((name) => !known.has(name));
  if (unknown !== undefined || !['true', 'false', null].includes(options.get('pathStyle'))) {
    throw badPlace('ESPALIER_BLOBS takes only endpoint=URL, region=NAME and pathStyle=true after "?"');
  }
  const [endpoint, region] = [options.get('endpoint'), options.get('region')];
  return {
    kind: 's3',
    bucket: url.host,
    prefix: url.pathname.replace(/^\/|\/$/g, ''),
    ...(endpoint !== null && { endpoint }),
    ...(region !== null && { region }),
    ...(options.get('pathStyle') === 'true' && { forcePathStyle: true }),
  };
}

/** @throws BlobError (`place`) naming what cannot be used */
export function checkPlace(place: BlobPlace): BlobPlace {
  if (place.kind === 'folder') {
    if (place.folder === '') throw badPlace('the path of the blob folder is empty; give a path');
    return place;
  }
  if (!/^[A-Za-z0-9][A-Za-z0-9._-]{1,61}[A-Za-z0-9]$/.test(place.bucket)) {
    throw badPlace('the bucket of the blobs has a name that S3 does not accept; give s3://bucket/prefix');
  }
  if (place.prefix !== '' && !isKey(place.prefix)) {
    throw badPlace(
      `the prefix ${JSON.stringify(place.prefix)} in bucket ${place.bucket} is invalid; ` +
        'give parts of letters, digits, ".", "_" and "-" with "/" between them, or nothing',
    );
  }
  if (place.endpoint !== undefined) checkEndpoint(place.endpoint);
  return place;
}

function checkEndpoint(endpoint: string): void {
  const { protocol } = urlOf(endpoint, 'the endpoint of the blobs');
  if (protocol !== 'http:' && protocol !== 'https:') {
    throw badPlace(`the endpoint of the blobs begins with ${protocol}; give an http: or https: address`);
  }
}

/** Parses an address. Errors do not repeat the address, which may hold a password. */
function urlOf(text: string, what: string): URL {
  if (!URL.canParse(text))
    throw badPlace(`${what} is not a URL; give one such as file:///path or https://host`);
  const url = new URL(text);
  if (url.username === '' && url.password === '') return url;
  throw badPlace(
    `${what} contains a user name or password, which is not allowed there; ` +
      'give the credentials in the variables of the AWS client (AWS_ACCESS_KEY_ID, AWS_PROFILE and so on)',
  );
}

const badPlace = (message: string): BlobError => new BlobError('place', message);
