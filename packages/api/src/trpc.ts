import { initTRPC, TRPCError } from '@trpc/server';
import { z } from 'zod';
import { mayAct, type Access, type Context, type Role } from './context.js';

const INTERNAL = 'something failed on the server; it is in its log';

const t = initTRPC.context<Context>().create({
  sse: { ping: { enabled: true, intervalMs: 15_000 }, client: { reconnectAfterInactivityMs: 45_000 } },
  errorFormatter: ({ shape, error, path, ctx }) => {
    if (error.code === 'INTERNAL_SERVER_ERROR') ctx?.onFailure(error.cause ?? error, path ?? '');
    const { code, httpStatus } = shape.data;
    return { ...shape, message: messageOf(error), data: { code, httpStatus, path: path ?? null } };
  },
});

/** A sentence for people; what failed inside is not for them. */
function messageOf(error: TRPCError): string {
  if (error.code === 'INTERNAL_SERVER_ERROR') return INTERNAL;
  return error.cause instanceof z.ZodError ? z.prettifyError(error.cause) : error.message;
}

export const { router, createCallerFactory } = t;

/** What a procedure may count on once it runs. */
export interface Signed {
  readonly access: Access;
}

/** A procedure for members of at least a role. */
const procedureFor = (needed: Role) =>
  t.procedure.use(({ ctx, next }) => {
    const { access } = ctx;
    if (access === null) throw new TRPCError({ code: 'UNAUTHORIZED', message: 'sign in first' });
    if (!mayAct(access.role, needed)) {
      throw new TRPCError({
        code: 'FORBIDDEN',
        message: `this needs the role ${needed}, and yours is ${access.role}; ask an admin of your organisation`,
      });
    }
    return next({ ctx: { ...ctx, access } });
  });

export const viewerProcedure = procedureFor('viewer');
export const memberProcedure = procedureFor('member');
export const adminProcedure = procedureFor('admin');

/** For what is not there, and for what is another organisation's: nobody can tell which. */
export const notFound = (what: string): TRPCError =>
  new TRPCError({ code: 'NOT_FOUND', message: `there is no such ${what}` });
