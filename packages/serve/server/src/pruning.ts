import { pruneAudit } from '@espalier/api';
import type { Database } from '@espalier/store';

const INTERVAL_MILLISECONDS = 60 * 60 * 1000;

export interface Pruning {
  /** Ends once what is under way is done. */
  stop(): Promise<void>;
}

/**
 * Keeps the audit log to its time: at once, and every hour.
 *
 * @param days for which what was changed is remembered
 */
export function pruneRegularly(
  database: Database,
  days: number,
  onFailure: (message: string) => void,
): Pruning {
  let underWay: Promise<unknown> = Promise.resolve();
  const prune = (): void => {
    underWay = pruneAudit(database, days).catch((error: unknown) =>
      onFailure(`the audit log was not pruned: ${(error as Error).message}`),
    );
  };
  prune();
  const timer = setInterval(prune, INTERVAL_MILLISECONDS).unref();
  return {
    stop: async () => {
      clearInterval(timer);
      await underWay;
    },
  };
}
