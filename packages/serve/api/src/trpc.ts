import { TooManyError, type Kind } from '@espalier/auth';
import { faultsOf } from '@espalier/transfer';
import { initTRPC, TRPCError } from '@trpc/server';
import { z } from 'zod';
import { recordChange } from './audit.js';
import { mayAct, type Access, type Context, type Role } from './context.js';
import { withoutPaths } from './redact.js';
import { takeShare } from './share.js';

const INTERNAL = 'the server failed; its log has the reason';

/** Description of a procedure. */
export interface Meta {
  /** That it takes at least; absent where everybody may ask. */
  readonly role?: Role;
  /** Summary: a sentence that begins with a verb. */
  readonly about?: string;
  /** Schema of each event of a subscription. */
  readonly event?: z.ZodType;
}

const t = initTRPC
  .context<Context>()
  .meta<Meta>()
  .create({
    sse: {
      ping: { enabled: true, intervalMs: 15_000 },
      client: { reconnectAfterInactivityMs: 45_000 },
      // Clients come again by themselves, if they still may: who signed out or was removed follows no longer.
      maxDurationMs: 600_000,
    },
    errorFormatter: ({ shape, error, path, ctx }) => {
      if (error.code === 'INTERNAL_SERVER_ERROR') ctx?.onFailure(error.cause ?? error, path ?? '');
      const { code, httpStatus } = shape.data;
      return {
        ...shape,
        message: withoutPaths(messageOf(error, path), ctx?.access ?? null),
        data: { code, httpStatus, path: path ?? null },
      };
    },
  });

const NO_JSON = 'the input is not JSON; a query has it in ?input=, a change in its body';

/** Messages for errors that tRPC raises before a procedure runs. */
const callFaults: Readonly<Partial<Record<TRPCError['code'], (path: string) => string>>> = {
  NOT_FOUND: (path) => `there is no procedure '${path}'; /api/openapi.json lists what there is`,
  METHOD_NOT_SUPPORTED: () =>
    'a procedure that looks is asked by GET, and one that changes something by POST; /api/openapi.json says which is which',
  PARSE_ERROR: () => NO_JSON,
  BAD_REQUEST: () => 'the call is malformed; /api/openapi.json says how one is asked',
  UNSUPPORTED_MEDIA_TYPE: () => 'send the input as application/json',
  PAYLOAD_TOO_LARGE: () => 'the input is larger than a call may have; files are sent by routes of their own',
};

/** Errors of ours begin with a small letter, or have a cause. */
const isOfLibrary = ({ message, cause }: TRPCError): boolean =>
  cause === undefined && /^[A-Z"]/.test(message);

/** A sentence for people; what failed inside is not for them. */
function messageOf(error: TRPCError, path: string | undefined): string {
  if (error.code === 'INTERNAL_SERVER_ERROR') return INTERNAL;
  if (error.cause instanceof SyntaxError) return NO_JSON;
  const ofCall = callFaults[error.code];
  if (ofCall !== undefined && isOfLibrary(error)) return ofCall(path ?? '');
  return error.cause instanceof z.ZodError ? faultsOf(error.cause) : error.message;
}

export const { router, createCallerFactory } = t;

/** Context of a procedure that needs a signed-in user. */
export interface SignedInContext {
  readonly access: Access;
}

/** @throws TRPCError where who asks had their share */
async function countCall(ctx: Context, kind: Kind): Promise<void> {
  await takeShare(ctx, kind).catch((error: unknown) => {
    if (!(error instanceof TooManyError)) throw error;
    throw new TRPCError({ code: 'TOO_MANY_REQUESTS', message: error.message, cause: error });
  });
}

/** A procedure for members of at least a role. What it changes is written down, whatever it is. */
const procedureFor = (needed: Role) =>
  t.procedure
    .meta({ role: needed })
    .use(async ({ ctx, type, next }) => {
      const { access } = ctx;
      await countCall(ctx, type === 'mutation' ? 'change' : 'read');
      if (access === null) throw new TRPCError({ code: 'UNAUTHORIZED', message: 'sign in first' });
      if (!mayAct(access.role, needed)) {
        throw new TRPCError({
          code: 'FORBIDDEN',
          message: `this needs the role ${needed}, and yours is ${access.role}; ask an admin of your organisation`,
        });
      }
      return next({ ctx: { ...ctx, access } });
    })
    .use(async ({ ctx, next }) => {
      const result = await next();
      // A stream is told piece by piece, and each is looked at there.
      if (!result.ok || isStream(result.data)) return result;
      return { ...result, data: withoutPaths(result.data, ctx.access) };
    })
    .use(async ({ ctx, type, path, getRawInput, next }) => {
      const result = await next();
      if (type !== 'mutation' || !result.ok) return result;
      const change = { path, input: await getRawInput(), output: result.data };
      // It is done already: an error now would have it done twice.
      await recordChange(ctx, ctx.access, change).catch((error: unknown) => ctx.onFailure(error, path));
      return result;
    });

const isStream = (data: unknown): boolean =>
  typeof data === 'object' && data !== null && Symbol.asyncIterator in data;

/** For everybody; it reads alone. */
export const openProcedure = t.procedure.use(async ({ ctx, next }) => {
  await countCall(ctx, 'read');
  return next();
});
export const viewerProcedure = procedureFor('viewer');
export const memberProcedure = procedureFor('member');
export const adminProcedure = procedureFor('admin');

/** For what is not there, and for what is another organisation's: nobody can tell which. */
export const notFound = (what: string): TRPCError =>
  new TRPCError({ code: 'NOT_FOUND', message: `there is no such ${what}` });
