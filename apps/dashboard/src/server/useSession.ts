'use client';

import { useQuery } from '@tanstack/react-query';
import { useSyncExternalStore } from 'react';
import { useTRPC, type Role } from './api';
import { mayAct } from './roles';

const subscribe = () => () => undefined;

/** Whether the component is past its hydration, whose first render has to equal the server's. */
const useHydrated = () =>
  useSyncExternalStore(
    subscribe,
    () => true,
    () => false,
  );

/**
 * Loads the signed-in user and the organisation. Nothing is known during hydration: Next hydrates
 * the frame of a page before the page, and by then the frame's request may have been answered.
 */
export function useSession() {
  const { data, error, refetch } = useQuery(
    useTRPC().session.get.queryOptions(undefined, { staleTime: 60_000 }),
  );
  const hydrated = useHydrated();
  return { data: hydrated ? data : undefined, error: hydrated ? error : null, refetch };
}

/**
 * Whether the user has the permissions of a role. False until that is known; the server decides
 * in any case.
 */
export function useMay(needed: Role): boolean {
  const { data } = useSession();
  if (data === undefined) return false;
  return data.mode === 'single' || mayAct(data.role, needed);
}
