import { StalledError } from '../errors.js';
import type { ParentFunctions } from '../process/protocol.js';

/** Looks whether a task goes on. */
export interface ProgressWatch {
  /** The same functions; each call of one counts as progress. */
  over(parent: ParentFunctions): ParentFunctions;
  /** Rejects where nothing was called for too long. */
  readonly stalled: Promise<never>;
  stop(): void;
}

/** @param seconds in which something has to be called */
export function watchProgress(seconds: number): ProgressWatch {
  let reject: (reason: Error) => void = () => undefined;
  const stalled = new Promise<never>((_, no) => (reject = no));
  stalled.catch(() => undefined);
  const timer = setTimeout(() => {
    reject(
      new StalledError(
        `it made no progress for ${seconds} seconds; try a smaller batch size or network, or raise ESPALIER_STALL_SECONDS`,
      ),
    );
  }, seconds * 1000).unref();
  const noting =
    <Arguments extends readonly unknown[], Result>(run: (...args: Arguments) => Result) =>
    (...args: Arguments): Result => {
      timer.refresh();
      return run(...args);
    };
  return {
    over: (parent) => ({
      record: noting(parent.record),
      decide: noting(parent.decide),
      progress: noting(parent.progress),
      findFeatures: noting(parent.findFeatures),
      fetchActivations: noting(parent.fetchActivations),
      publishActivations: noting(parent.publishActivations),
    }),
    stalled,
    stop: () => clearTimeout(timer),
  };
}
