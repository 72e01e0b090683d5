'use client';

import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { api } from './api';
import type { Connection } from './connection';

/** Queries that are repeated when a study changes. */
const liveKeys = ['study', 'probes', 'leaderboard', 'trials', 'curves', 'decisions', 'report'] as const;
/** Interval between two such rounds; changes in between are shown together. */
const ROUND_MILLISECONDS = 500;

/** Interval between two requests for a study that may wait for workers. */
const WAITING_MILLISECONDS = 5000;

/** Number of trials with a result that are shown. */
const BEST = 20;
/** Number of trials in the charts, the newest first. */
export const CHARTED = 500;

/** Loads a study with its trials, and keeps it up to date by the server's events. */
export function useStudy(id: string) {
  const study = useQuery({
    queryKey: ['study', id],
    queryFn: () => api.studies.get.query({ id }),
    // Workers and other studies change the reason for waiting; the study's own events do not report that.
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
  // Only the position of the first answer counts: from there on, the events carry it.
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
    // The stream takes a while to notice a lost connection.
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
