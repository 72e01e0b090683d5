'use client';

import { useQuery } from '@tanstack/react-query';
import { useTRPC } from './api';

/** Interval between two requests for the list while a backbone is being inspected. */
const REFRESH_MILLISECONDS = 1000;

/** Loads the backbones added to a project, or to all projects if none is named. */
export const useAdded = (projectId?: string) =>
  useQuery(
    useTRPC().backbones.added.queryOptions(
      { ...(projectId !== undefined && { projectId }) },
      {
        refetchInterval: ({ state }) =>
          state.data?.some((one) => one.state === 'inspecting') === true ? REFRESH_MILLISECONDS : false,
      },
    ),
  );
