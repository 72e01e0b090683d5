import { stat } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { journalPath } from '@espalier/study/folder';
import { dropGone, localProject, syncJournal, trackedStudies, type Database } from '@espalier/store';

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
  const { signal } = stopped;
  const seen = new Map<string, string>();
  const told = new Map<string, string>();
  const tellOnce = (folder: string, error: unknown): void => {
    const reason = (error as Error).message;
    if (told.get(folder) !== reason) onFailure(folder, reason);
    told.set(folder, reason);
  };
  const look = async (): Promise<void> => {
    const projectId = await localProject(database);
    for (const folder of await trackedStudies(list)) {
      const state = await stateOf(folder);
      if (seen.get(folder) === state || signal.aborted) continue;
      seen.set(folder, state);
      await syncJournal(database, folder, projectId).then(
        () => told.delete(folder),
        (error: unknown) => tellOnce(folder, error),
      );
    }
  };
  const done = (async () => {
    for (let looks = 1; !signal.aborted; looks++) {
      await look().catch((error: unknown) => tellOnce(list, error));
      if (looks % ANYWAY === 0) {
        seen.clear();
        await dropGone(database).catch((error: unknown) => tellOnce(list, error));
      }
      await sleep(INTERVAL_MILLISECONDS, undefined, { signal }).catch(() => undefined);
    }
  })();
  return {
    stop: async () => {
      stopped.abort();
      await done;
    },
  };
}

/** Fingerprint of a study's files, which changes when its journal grows or its report appears. */
async function stateOf(folder: string): Promise<string> {
  const journal = await stat(journalPath(folder)).catch(() => null);
  const report = await stat(`${folder}/report.json`).catch(() => null);
  return `${journal?.size} ${journal?.mtimeMs} ${report?.mtimeMs}`;
}
