'use client';

import { useInfiniteQuery } from '@tanstack/react-query';

interface Page<T> {
  readonly items: readonly T[];
  readonly next: string | null;
}

/** Loads a paged list, page by page. */
export function usePages<T>(key: string, ask: (cursor: string | null) => Promise<Page<T>>) {
  const { data, ...rest } = useInfiniteQuery({
    queryKey: [key],
    queryFn: ({ pageParam }) => ask(pageParam),
    initialPageParam: null as string | null,
    getNextPageParam: ({ next }) => next,
  });
  return { ...rest, items: data?.pages.flatMap(({ items }) => items) };
}
