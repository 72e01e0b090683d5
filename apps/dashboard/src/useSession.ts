'use client';

import { useQuery } from '@tanstack/react-query';
import { api, type Role } from './api';
import { mayAct } from './roles';

/** Loads the signed-in user and the organisation. */
export const useSession = () =>
  useQuery({ queryKey: ['session'], queryFn: () => api.session.get.query(), staleTime: 60_000 });

/**
 * Whether the user has the permissions of a role. False until that is known; the server decides
 * in any case.
 */
export function useMay(needed: Role): boolean {
  const { data } = useSession();
  if (data === undefined) return false;
  return data.mode === 'single' || mayAct(data.role, needed);
}
