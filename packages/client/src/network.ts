import { sentenceOf, type RequestSubject } from './requestSubject.js';
import { ClientError } from './errors.js';

interface Reason {
  readonly why: string;
  readonly remedy: string;
  /** Whether it may pass by itself. */
  readonly retry: boolean;
}

const passing = (why: string, remedy: string): Reason => ({ why, remedy, retry: true });
const lasting = (why: string, remedy: string): Reason => ({ why, remedy, retry: false });

const offline = passing('the machine of the server cannot be reached', 'check the network, and try again');
const brokeOff = passing(
  'the connection was closed before the response was complete',
  'try again, or look into the log of the server',
);
const late = passing('the server did not answer in time', 'try again, or give connect() a longer timeout');
const untrusted = lasting(
  'the certificate of the server is of an authority that this machine does not trust',
  'give its file in NODE_EXTRA_CA_CERTS',
);
const noTls = lasting(
  'what listens there does not speak TLS as https needs it',
  'check the port, or try http:// instead',
);
const noHttp = lasting('what listens there does not speak HTTP', 'check the port, or try https:// instead');

/** By the codes of Node, OpenSSL and undici, which is behind Node's `fetch`. */
const reasons: Readonly<Record<string, Reason>> = {
  ECONNREFUSED: passing('the connection was refused', 'start the server, or check its address and port'),
  ENOTFOUND: lasting('the host name does not exist', 'check the address of the server'),
  EAI_AGAIN: passing('the host name cannot be resolved now', 'check the network, and try again'),
  EHOSTUNREACH: offline,
  ENETUNREACH: offline,
  ENETDOWN: offline,
  EADDRNOTAVAIL: offline,
  ECONNRESET: brokeOff,
  ECONNABORTED: brokeOff,
  EPIPE: brokeOff,
  UND_ERR_SOCKET: brokeOff,
  UND_ERR_RES_CONTENT_LENGTH_MISMATCH: brokeOff,
  ETIMEDOUT: late,
  UND_ERR_CONNECT_TIMEOUT: late,
  UND_ERR_HEADERS_TIMEOUT: late,
  UND_ERR_BODY_TIMEOUT: late,
  DEPTH_ZERO_SELF_SIGNED_CERT: untrusted,
  SELF_SIGNED_CERT_IN_CHAIN: untrusted,
  UNABLE_TO_GET_ISSUER_CERT: untrusted,
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: untrusted,
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: untrusted,
  CERT_UNTRUSTED: untrusted,
  CERT_HAS_EXPIRED: lasting('the certificate of the server has expired', 'ask who runs it to renew it'),
  CERT_NOT_YET_VALID: lasting(
    'the certificate of the server is not valid yet',
    'check the clock of this machine',
  ),
  ERR_TLS_CERT_ALTNAME_INVALID: lasting(
    'the certificate is of another name than the address',
    'check the address of the server',
  ),
  EPROTO: noTls,
  UND_ERR_HEADERS_OVERFLOW: noHttp,
};

const families: readonly (readonly [prefix: string, reason: Reason])[] = [
  ['ERR_SSL_', noTls],
  ['ERR_TLS_', noTls],
  ['HPE_', noHttp],
];

/** No head of an answer came in time. */
export class LateError extends Error {
  override readonly name = 'LateError';
}

/** The first code in an error and what caused it. */
function codeOf(error: unknown): string | null {
  let one: unknown = error;
  for (let depth = 0; depth < 8 && typeof one === 'object' && one !== null; depth++) {
    const { code, cause } = one as { readonly code?: unknown; readonly cause?: unknown };
    if (typeof code === 'string') return code;
    one = cause;
  }
  return null;
}

function reasonOf(error: unknown): Reason {
  if (error instanceof LateError) return late;
  const code = codeOf(error);
  if (code === null) return lasting('the request could not be sent', 'check the address of the server');
  const [, ofFamily] = families.find(([prefix]) => code.startsWith(prefix)) ?? [];
  return (
    reasons[code] ??
    ofFamily ??
    passing(`no answer came (${code})`, 'check the address of the server, and try again')
  );
}

/** Makes the error of a request without an answer, or with an incomplete one. */
export function unanswered(cause: unknown, asked: RequestSubject): ClientError {
  const { why, remedy, retry } = reasonOf(cause);
  return new ClientError(sentenceOf(asked, { why, remedy }), { address: asked.address, retry, cause });
}

/** Seconds that the head of an answer may take, which is what `fetch` has at most. */
export const LONGEST_SECONDS = 300;

/**
 * Asks a server, as `fetch` does.
 *
 * @param seconds that may pass until the head of the answer is there
 * @throws the signal's reason where it is aborted, LateError, and what fetch throws
 */
export async function ask(url: string | URL, init: RequestInit, seconds: number): Promise<Response> {
  const { signal } = init;
  const timer = new AbortController();
  const timeout = setTimeout(() => timer.abort(new LateError()), 1000 * seconds);
  try {
    const either = signal ? AbortSignal.any([signal, timer.signal]) : timer.signal;
    return await fetch(url, { ...init, signal: either });
  } finally {
    clearTimeout(timeout);
  }
}

/**
 * Works with an answer, and tells what goes wrong on the way in sentences.
 *
 * @throws ClientError, and the signal's reason where it is aborted
 */
export async function telling<T>(
  asked: RequestSubject,
  signal: AbortSignal | null | undefined,
  work: () => Promise<T>,
): Promise<T> {
  try {
    return await work();
  } catch (error) {
    signal?.throwIfAborted();
    throw error instanceof ClientError ? error : unanswered(error, asked);
  }
}
