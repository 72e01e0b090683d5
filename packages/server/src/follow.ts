import { stat } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { journalPath } from '@espalier/runner';
import { localProject, syncJournal, trackedStudies, type Database } from '@espalier/store';

/** Between two looks at the journals. */
const INTERVAL_MILLISECONDS = 500;
/** Looks after which a study whose journal is quiet is looked at anyway: its process may have died. */
const ANYWAY = 20;

export interface Follower {
  /** Ends once what is under way is done. */
  stop(): Promise<void>;
}

/**
 * Brings the studies of this machine into the store while they run.
 *
 * @param list folder of the list in which searches leave their studies
 * @param onFailure told once of each journal that cannot be read, until it changes
 */
export function followStudies(
  database: Database,
  list: string,
  onFailure: (folder: string, reason: string) => void,
): Follower {
  const stopped = new AbortController();
  const seen = new Map<string, string>();
  const done = (async () => {
    const projectId = await localProject(database);
    for (let look = 0; !stopped.signal.aborted; look++) {
      if (look % ANYWAY === 0) seen.clear();
      for (const folder of await trackedStudies(list)) {
        const state = await stateOf(folder);
        if (seen.get(folder) === state || stopped.signal.aborted) continue;
        seen.set(folder, state);
        await syncJournal(database, folder, projectId).catch((error: unknown) =>
          onFailure(folder, (error as Error).message),
        );
      }
      await sleep(INTERVAL_MILLISECONDS, undefined, { signal: stopped.signal }).catch(() => undefined);
    }
  })();
  return {
    stop: async () => {
      stopped.abort();
      await done;
    },
  };
}

/** What tells whether a journal has grown, or its report is there. */
async function stateOf(folder: string): Promise<string> {
  const journal = await stat(journalPath(folder)).catch(() => null);
  const report = await stat(`${folder}/report.json`).catch(() => null);
  return `${journal?.size} ${journal?.mtimeMs} ${report?.mtimeMs}`;
}
