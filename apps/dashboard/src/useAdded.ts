'use client';

import { useQuery } from '@tanstack/react-query';
import { api } from './api';

/** Between two looks at the list while a backbone is looked at. */
const REFRESH_MILLISECONDS = 1000;

/** The backbones that were added to a project, or to any where none is named. */
export const useAdded = (projectId?: string) =>
  useQuery({
    queryKey: ['backbones', 'added', projectId ?? 'all'],
    queryFn: () => api.backbones.added.query({ ...(projectId !== undefined && { projectId }) }),
    refetchInterval: ({ state }) =>
      state.data?.some((one) => one.state === 'looking') === true ? REFRESH_MILLISECONDS : false,
  });
