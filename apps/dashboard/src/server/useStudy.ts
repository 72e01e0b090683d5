'use client';

import { skipToken, useQuery, useQueryClient, type QueryFilters } from '@tanstack/react-query';
import { useSubscription } from '@trpc/tanstack-react-query';
import { useEffect, useRef, useState } from 'react';
import { useTRPC } from './api';
import type { Connection } from './connection';

/** Interval between two rounds in which a changed study is loaded again; changes in between are shown together. */
const ROUND_MILLISECONDS = 500;

/** Interval between two requests for a study that may wait for workers. */
const WAITING_MILLISECONDS = 5000;

/** Number of trials with a result that are shown. */
const BEST = 20;
/** Number of trials in the charts, the newest first. */
export const CHARTED = 500;

/** Loads a study with its trials, and keeps it up to date by the server's events. */
export function useStudy(id: string) {
  const trpc = useTRPC();
  const study = useQuery(
    trpc.studies.get.queryOptions(
      { id },
      {
        // Workers and other studies change the reason for waiting; the study's own events do not report that.
        refetchInterval: ({ state: { data } }) =>
          data?.onWorkers === true && ['queued', 'running'].includes(data.state)
            ? WAITING_MILLISECONDS
            : false,
      },
    ),
  );
  const connection = useConnection(id, study.data?.lastEvent);
  const rest = { enabled: study.isSuccess };
  const best = { studyId: id, limit: BEST };
  const newest = { studyId: id, order: 'last', limit: CHARTED } as const;
  const probes = useQuery(trpc.studies.probes.queryOptions({ id }, rest));
  const leaderboard = useQuery(trpc.trials.leaderboard.queryOptions(best, rest));
  const trials = useQuery(trpc.trials.list.queryOptions(newest, rest));
  const curves = useQuery(trpc.trials.curves.queryOptions({ studyId: id }, rest));
  const decisions = useQuery(trpc.studies.decisions.queryOptions({ id }, rest));
  const report = useQuery(
    trpc.studies.report.queryOptions({ id }, { enabled: study.data?.hasReport === true }),
  );
  return { study, probes, leaderboard, trials, curves, decisions, report, connection };
}

/** Follows the events of a study from the position of its first answer, and loads it again when it changes. */
function useConnection(id: string, lastEvent: number | undefined): Connection {
  const trpc = useTRPC();
  const [connection, setConnection] = useState<Connection>('connecting');
  const [from, setFrom] = useState<number>();
  // Only the position of the first answer counts: from there on, the events carry it.
  if (from === undefined && lastEvent !== undefined) setFrom(lastEvent);
  const { reset } = useSubscription(
    trpc.studies.events.subscriptionOptions(
      from === undefined ? skipToken : { id, lastEventId: String(from) },
      {
        onStarted: () => setConnection('live'),
        // The first attempt has no error.
        onConnectionStateChange: ({ error }) => {
          if (error !== null) setConnection('lost');
        },
        onData: useRefresh(id),
        onError: () => setConnection('lost'),
      },
    ),
  );
  useEffect(() => {
    // The stream takes a while to notice a lost connection.
    const onOffline = (): void => setConnection('lost');
    window.addEventListener('offline', onOffline);
    window.addEventListener('online', reset);
    return () => {
      window.removeEventListener('offline', onOffline);
      window.removeEventListener('online', reset);
    };
  }, [reset]);
  return connection;
}

/** Returns a function that loads all that is shown of a study again, once a round however often it is called. */
function useRefresh(id: string): () => void {
  const { studies, trials } = useTRPC();
  const queryClient = useQueryClient();
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  useEffect(
    () => () => {
      clearTimeout(timer.current);
      timer.current = undefined;
    },
    [id],
  );
  const refresh = (): void => {
    timer.current = undefined;
    const filters: readonly QueryFilters[] = [
      ...[studies.get, studies.probes, studies.decisions, studies.report].map((one) =>
        one.queryFilter({ id }),
      ),
      ...[trials.leaderboard, trials.list, trials.curves].map((one) => one.queryFilter({ studyId: id })),
    ];
    for (const filter of filters) void queryClient.invalidateQueries(filter);
  };
  return () => {
    timer.current ??= setTimeout(refresh, ROUND_MILLISECONDS);
  };
}
