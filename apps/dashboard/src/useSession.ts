'use client';

import { useQuery } from '@tanstack/react-query';
import { api } from './api';

/** Who is signed in, and where. */
export const useSession = () =>
  useQuery({ queryKey: ['session'], queryFn: () => api.session.get.query(), staleTime: 60_000 });
