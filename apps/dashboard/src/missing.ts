import { TRPCClientError } from '@trpc/client';

/** Where one finds what is there. */
export const lists = {
  study: { href: '/studies', label: 'All studies' },
  trial: { href: '/studies', label: 'All studies' },
  dataset: { href: '/datasets', label: 'All datasets' },
  model: { href: '/models', label: 'All models' },
} as const;

/** What a page of an id shows. */
export type Thing = keyof typeof lists;

/**
 * Whether a question for one thing failed because no such thing is there. An id that is none is refused as bad
 * input, which is the same to who followed a wrong address.
 *
 * @param error of a procedure whose only input is the id
 */
export function isMissing(error: unknown): boolean {
  if (!(error instanceof TRPCClientError)) return false;
  const { code } = (error.data ?? {}) as { readonly code?: unknown };
  return code === 'NOT_FOUND' || code === 'BAD_REQUEST';
}
