import { BlobError, type BlobProblem } from '@espalier/blobs';
import { DatasetError, ExampleError } from '@espalier/data';
import { DatasetsError, type DatasetsProblem } from '@espalier/datasets';
import { PredictionError } from '@espalier/runner';
import { TRPCError } from '@trpc/server';
import { BusyError } from './data/predictors.js';

/** Failure as shown to a client; the status says how to react. */
export interface Refusal {
  readonly status: 400 | 403 | 404 | 409 | 413 | 422 | 503 | 507;
  readonly message: string;
}

const datasetStatus: Readonly<Record<DatasetsProblem, Refusal['status']>> = {
  denied: 403,
  missing: 404,
  invalid: 400,
  incomplete: 409,
  conflict: 409,
  size: 413,
  archive: 422,
  failed: 422,
  busy: 503,
  quota: 507,
};

/** Only of those that a client can do something about; what they say of places is for the log. */
const blobRefusals: Readonly<Partial<Record<BlobProblem, Refusal>>> = {
  conflict: { status: 409, message: 'the upload holds other content already; begin the upload again' },
  size: { status: 413, message: 'the request holds more bytes than announced; send the announced size' },
  damaged: { status: 422, message: 'the content does not match its SHA-256; send it again' },
  missing: { status: 404, message: 'the file no longer exists' },
  full: {
    status: 507,
    message: 'the server has no space left; remove data that you do not need, or ask an admin for more space',
  },
};

/** By Node's codes, and PostgreSQL's where its disk is full. */
const systemRefusals: Readonly<Record<string, Refusal>> = {
  ...forAll(['ENOSPC', 'EDQUOT', '53100'], {
    status: 507,
    message: 'the server has no space left; remove data that you do not need, or ask an admin for more space',
  }),
  ...forAll(['EMFILE', 'ENFILE', '53300'], {
    status: 503,
    message: 'the server has too many open files; try again in a few seconds',
  }),
};

function forAll(codes: readonly string[], refusal: Refusal): Record<string, Refusal> {
  return Object.fromEntries(codes.map((code) => [code, refusal]));
}

/** The first code in an error and what caused it that says what is the matter. */
function systemRefusal(error: unknown): Refusal | null {
  let one: unknown = error;
  for (let depth = 0; depth < 8 && typeof one === 'object' && one !== null; depth++) {
    const { code, cause } = one as { readonly code?: unknown; readonly cause?: unknown };
    const known = typeof code === 'string' ? systemRefusals[code] : undefined;
    if (known !== undefined) return known;
    one = cause;
  }
  return null;
}

/** Converts an error into a refusal for people; null for internal failures. */
export function refusalOf(error: unknown): Refusal | null {
  return ownRefusal(error) ?? systemRefusal(error);
}

function ownRefusal(error: unknown): Refusal | null {
  if (error instanceof DatasetsError) return { status: datasetStatus[error.problem], message: error.message };
  if (error instanceof BlobError) return blobRefusals[error.problem] ?? null;
  if (error instanceof ExampleError || error instanceof DatasetError)
    return { status: 422, message: error.message };
  if (error instanceof PredictionError) return { status: 422, message: error.message };
  return error instanceof BusyError ? { status: 503, message: error.message } : null;
}

const codes = {
  400: 'BAD_REQUEST',
  403: 'FORBIDDEN',
  404: 'NOT_FOUND',
  409: 'CONFLICT',
  413: 'PAYLOAD_TOO_LARGE',
  422: 'UNPROCESSABLE_CONTENT',
  503: 'SERVICE_UNAVAILABLE',
  // tRPC knows no 507.
  507: 'PAYLOAD_TOO_LARGE',
} as const;

/** Work of which a procedure tells what is refused with a sentence for people. */
export const telling = <T>(work: Promise<T>): Promise<T> =>
  work.catch((error: unknown) => {
    throw trpcErrorOf(error);
  });

/** The same for a procedure; other failures stay as they are. */
export function trpcErrorOf(error: unknown): unknown {
  const refusal = refusalOf(error);
  if (refusal === null) return error;
  return new TRPCError({ code: codes[refusal.status], message: refusal.message, cause: error });
}
