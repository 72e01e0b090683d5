'use client';

import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { api } from './api';
import type { Connection } from './connection';

/** Reads that are asked again when something happens to a study. */
const liveKeys = ['study', 'probes', 'leaderboard', 'trials', 'curves', 'decisions', 'report'] as const;
/** Between two such rounds; what happens meanwhile is shown together. */
const ROUND_MILLISECONDS = 500;

/** Between two looks at a study that may wait for workers. */
const WAITING_MILLISECONDS = 5000;

/** Trials with a result that are shown. */
const BEST = 20;
/** Trials of the charts, the newest ones. */
export const CHARTED = 500;

/** A study with its trials, kept up to date by the server's events. */
export function useStudy(id: string) {
  const study = useQuery({
    queryKey: ['study', id],
    queryFn: () => api.studies.get.query({ id }),
    // Why it waits changes with workers and other studies, of which its own events tell nothing.
    refetchInterval: ({ state: { data } }) =>
      data?.onWorkers === true && ['queued', 'running'].includes(data.state) ? WAITING_MILLISECONDS : false,
  });
  const found = study.isSuccess;
  const connection = useLive(id, study.data?.lastEvent);
  const rest = { enabled: found };
  const probes = useQuery({
    queryKey: ['probes', id],
    queryFn: () => api.studies.probes.query({ id }),
    ...rest,
  });
  const leaderboard = useQuery({
    queryKey: ['leaderboard', id],
    queryFn: () => api.trials.leaderboard.query({ studyId: id, limit: BEST }),
    ...rest,
  });
  const trials = useQuery({
    queryKey: ['trials', id],
    queryFn: () => api.trials.list.query({ studyId: id, order: 'last', limit: CHARTED }),
    ...rest,
  });
  const curves = useQuery({
    queryKey: ['curves', id],
    queryFn: () => api.trials.curves.query({ studyId: id }),
    ...rest,
  });
  const decisions = useQuery({
    queryKey: ['decisions', id],
    queryFn: () => api.studies.decisions.query({ id }),
    ...rest,
  });
  const report = useQuery({
    queryKey: ['report', id],
    queryFn: () => api.studies.report.query({ id }),
    enabled: study.data?.hasReport === true,
  });
  return { study, probes, leaderboard, trials, curves, decisions, report, connection };
}

function useLive(id: string, lastEvent: number | undefined): Connection {
  const client = useQueryClient();
  const [connection, setConnection] = useState<Connection>('connecting');
  const [from, setFrom] = useState<number>();
  const [attempt, setAttempt] = useState(0);
  // Only where the first answer stood counts: from there on the events themselves tell.
  if (from === undefined && lastEvent !== undefined) setFrom(lastEvent);

  useEffect(() => {
    if (from === undefined) return;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const refresh = (): void => {
      timer = undefined;
      for (const key of liveKeys) void client.invalidateQueries({ queryKey: [key, id] });
    };
    const subscription = api.studies.events.subscribe(
      { id, lastEventId: String(from) },
      {
        onStarted: () => setConnection('live'),
        onConnectionStateChange: ({ state }) => {
          if (state === 'connecting') setConnection('lost');
        },
        onData: () => {
          timer ??= setTimeout(refresh, ROUND_MILLISECONDS);
        },
        onError: () => setConnection('lost'),
      },
    );
    // The stream notices only after a while that nothing comes any more.
    const offline = (): void => setConnection('lost');
    const online = (): void => setAttempt((before) => before + 1);
    window.addEventListener('offline', offline);
    window.addEventListener('online', online);
    return () => {
      window.removeEventListener('offline', offline);
      window.removeEventListener('online', online);
      clearTimeout(timer);
      subscription.unsubscribe();
    };
  }, [client, id, from, attempt]);
  return connection;
}
