import { TRPCClientError } from '@trpc/client';

/** Links to the lists, by subject. */
export const lists = {
  study: { href: '/studies', label: 'All studies' },
  trial: { href: '/studies', label: 'All studies' },
  dataset: { href: '/datasets', label: 'All datasets' },
  model: { href: '/models', label: 'All models' },
} as const;

/** The subject of a page that has an id in its address. */
export type Thing = keyof typeof lists;

/**
 * Whether a request for one item failed because the item does not exist. The server refuses a malformed id as bad
 * input, which means the same to a user who followed a wrong address.
 *
 * @param error of a procedure whose only input is the id
 */
export function isMissing(error: unknown): boolean {
  if (!(error instanceof TRPCClientError)) return false;
  const { code } = (error.data ?? {}) as { readonly code?: unknown };
  return code === 'NOT_FOUND' || code === 'BAD_REQUEST';
}
