import { TRPCError } from '@trpc/server';
import type { Context } from '../context.js';

/** Streams of events that one person, key or address has open at once; a page has one. */
const MOST_STREAMS = 20;

const open = new Map<string, number>();

/**
 * Takes a place for a stream of events.
 *
 * @returns what gives it back
 * @throws TRPCError where who asks has as many as they may
 */
export function takeStream({ access, address, limits }: Context): () => void {
  // Nobody is limited on a server of a single user.
  if (limits === undefined) return () => undefined;
  const who = access?.keyId ?? access?.userId ?? address ?? 'unknown';
  const count = open.get(who) ?? 0;
  if (count >= MOST_STREAMS) {
    throw new TRPCError({
      code: 'TOO_MANY_REQUESTS',
      message: `you are following ${MOST_STREAMS} studies already, which is the limit; close a page first`,
    });
  }
  open.set(who, count + 1);
  return () => {
    const left = (open.get(who) ?? 1) - 1;
    if (left === 0) open.delete(who);
    else open.set(who, left);
  };
}
