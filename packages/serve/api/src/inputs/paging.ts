import { TRPCError } from '@trpc/server';
import { z } from 'zod';

/** Input of a paged list. */
export const pageInput = z.object({
  /** `next` of the page before. */
  cursor: z.string().max(500).nullish(),
  limit: z.number().int().min(1).max(100).default(20),
});

/** A moment in a cursor, of a year that a database knows. */
export const moment = z.iso.datetime().regex(/^(19|20|21)\d\d-/);

/** Start of a page: after the row with this key and id. */
export interface Position<K> {
  readonly key: K;
  readonly id: string;
}

export const encodeCursor = (position: Position<unknown>): string =>
  Buffer.from(JSON.stringify([position.key, position.id])).toString('base64url');

/** @throws TRPCError where it is no cursor of such a list */
export function decodeCursor<K>(cursor: string | null | undefined, key: z.ZodType<K>): Position<K> | null {
  if (cursor === null || cursor === undefined) return null;
  try {
    const [first, id] = z
      .tuple([key, z.string().max(100)])
      .parse(JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8')));
    return { key: first, id };
  } catch (cause) {
    throw new TRPCError({
      code: 'BAD_REQUEST',
      message: 'the cursor does not belong to this list; begin again without a cursor',
      cause,
    });
  }
}

export interface Page<T> {
  readonly items: readonly T[];
  /** Cursor of the next page; null at the end. */
  readonly next: string | null;
}

/** @param rows one more than the limit where there is another page */
export function pageOf<R, T>(
  rows: readonly R[],
  limit: number,
  positionOf: (row: R) => Position<unknown>,
  show: (row: R) => T,
): Page<T> {
  const kept = rows.slice(0, limit);
  const last = kept.at(-1);
  const more = rows.length > limit && last !== undefined;
  return { items: kept.map(show), next: more ? encodeCursor(positionOf(last)) : null };
}
