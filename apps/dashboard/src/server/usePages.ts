'use client';

import {
  useInfiniteQuery,
  type InfiniteData,
  type QueryKey,
  type UseInfiniteQueryOptions,
} from '@tanstack/react-query';

interface Page<T> {
  readonly items: readonly T[];
  readonly next: string | null;
}

/** Options of a list that comes in pages: the next page begins at the cursor that the last one gave. */
export const paged = { getNextPageParam: ({ next }: Page<unknown>) => next };

/**
 * Loads a paged list, page by page.
 *
 * @param options of the procedure, made with `paged`
 */
export function usePages<P extends Page<unknown>, E, K extends QueryKey>(
  options: UseInfiniteQueryOptions<P, E, InfiniteData<P, string | null>, K, string | null>,
) {
  const result = useInfiniteQuery(options);
  const items: P['items'][number][] | undefined = result.data?.pages.flatMap((page) => page.items);
  return { ...result, items };
}
