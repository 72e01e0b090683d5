'use client';

import { useQuery } from '@tanstack/react-query';
import { api } from './api';

/** Interval between two requests for the list while a backbone is being inspected. */
const REFRESH_MILLISECONDS = 1000;

/** Loads the backbones added to a project, or to all projects if none is named. */
export const useAdded = (projectId?: string) =>
  useQuery({
    queryKey: ['backbones', 'added', projectId ?? 'all'],
    queryFn: () => api.backbones.added.query({ ...(projectId !== undefined && { projectId }) }),
    refetchInterval: ({ state }) =>
      state.data?.some((one) => one.state === 'looking') === true ? REFRESH_MILLISECONDS : false,
  });
