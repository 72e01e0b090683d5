import { writeFileSync } from 'node:fs';
import { createBirpc, type BirpcReturn } from 'birpc';
import { withoutKeys } from './environment.js';
import { endOnStrays } from './strays.js';
import type { ProcessLimits } from './limits.js';
import { flagsOf, startProcess, type OwnProcess } from './process.js';

/** A helper that was killed or died; what it was asked has no answer. */
export class HelperError extends Error {
  override readonly name = 'HelperError';
  constructor(
    /** `limit` where this question took more time or memory than it may, `interrupted` where another did. */
    readonly kind: 'limit' | 'interrupted' | 'ended',
    /** The end of a sentence: `took more than 60 seconds`. */
    readonly reason: string,
    what: string,
  ) {
    super(`${what} ${reason}`);
  }
}

export interface HelperOptions {
  /** For sentences: `the process that reads the dataset`. */
  readonly what: string;
  /** The module that it runs, which calls {@link serveHelper}. */
  readonly entry: URL;
  readonly limits: ProcessLimits;
  /** After so many milliseconds without a question it ends; the next question starts another. Null for never. */
  readonly idle?: number | null;
  /** More flags of Node. */
  readonly execArgv?: readonly string[];
  /** Selects the environment variables of the process from those of this one; by default none that hold secrets. */
  readonly environmentOf?: (env: NodeJS.ProcessEnv) => NodeJS.ProcessEnv;
}

export interface AskOptions {
  /** Instead of those of the limits. */
  readonly seconds?: number;
  readonly signal?: AbortSignal;
}

/**
 * A process of its own for what may take forever or everything: files of strangers are parsed there,
 * without the server's secrets.
 */
export interface Helper<Functions extends object> {
  /** @throws HelperError where the process passes a limit or dies; what the function throws; the signal's reason */
  ask<T>(question: (functions: BirpcReturn<Functions>) => Promise<T>, options?: AskOptions): Promise<T>;
  /** Ends the process; questions under way fail. */
  close(): void;
}

const IDLE_MILLISECONDS = 60_000;

interface Running<Functions extends object> {
  readonly functions: BirpcReturn<Functions>;
  readonly child: OwnProcess;
  /** Rejects when the process ends. */
  readonly died: Promise<never>;
  /** Reason why the process was killed; null before. */
  killed: HelperError | null;
}

export function openHelper<Functions extends object>(options: HelperOptions): Helper<Functions> {
  const { what, limits, idle = IDLE_MILLISECONDS } = options;
  let running: Running<Functions> | null = null;
  let asked = 0;
  let rest: NodeJS.Timeout | undefined;
  const end = (own: Running<Functions>, why: HelperError): void => {
    own.killed ??= why;
    own.child.kill();
    if (running === own) running = null;
  };
  const close = (): void => {
    clearTimeout(rest);
    if (running !== null) end(running, new HelperError('ended', 'was ended', what));
  };
  const started = (): Running<Functions> => {
    const own = start<Functions>(options);
    own.died.catch(() => {
      if (running === own) running = null;
    });
    return own;
  };
  return {
    close,
    ask: async (question, { seconds = limits.seconds, signal } = {}) => {
      signal?.throwIfAborted();
      clearTimeout(rest);
      asked++;
      const own = (running ??= started());
      const stopped = deferred();
      const late = setTimeout(() => {
        // Another question was the reason already.
        if (own.killed !== null) return;
        stopped.reject(new HelperError('limit', `took more than ${seconds} seconds`, what));
        end(own, new HelperError('interrupted', 'was ended, because another request took too long', what));
      }, seconds * 1000);
      const abort = (): void => {
        stopped.reject(signal?.reason);
        end(own, new HelperError('ended', 'was ended', what));
      };
      signal?.addEventListener('abort', abort, { once: true });
      try {
        return await Promise.race([question(own.functions), own.died, stopped.promise]);
      } finally {
        clearTimeout(late);
        signal?.removeEventListener('abort', abort);
        if (--asked === 0 && idle !== null) rest = setTimeout(close, idle).unref();
      }
    },
  };
}

function deferred(): { readonly promise: Promise<never>; readonly reject: (reason: unknown) => void } {
  let reject: (reason: unknown) => void = () => undefined;
  const promise = new Promise<never>((_, no) => (reject = no));
  promise.catch(() => undefined);
  return { promise, reject };
}

function start<Functions extends object>(options: HelperOptions): Running<Functions> {
  const { what, entry, limits, execArgv, environmentOf = withoutKeys } = options;
  const { memoryBytes } = limits;
  const child = startProcess({
    ...{ what, entry, env: environmentOf(process.env), limits: { memoryBytes } },
    ...(execArgv !== undefined && { execArgv: [...flagsOf(entry), ...execArgv] }),
  });
  const functions = createBirpc<Functions>({}, { post: child.send, on: child.onMessage, timeout: -1 });
  const died = child.ended.then(({ why, exceeded }): never => {
    const error =
      exceeded === null
        ? new HelperError('ended', why.slice(what.length).trim(), what)
        : new HelperError('limit', `took ${exceeded}`, what);
    functions.$close(error);
    throw own.killed ?? error;
  });
  died.catch(() => undefined);
  const own: Running<Functions> = { functions, child, died, killed: null };
  return own;
}

/** In the process of a helper: answers with these functions until the one that asks is gone. */
export function serveHelper<Functions extends object>(functions: Functions): void {
  yieldMemory();
  endOnStrays();
  process.once('disconnect', () => process.exit());
  createBirpc<object, Functions>(functions, {
    post: (message: unknown) => process.send?.(message, () => undefined),
    on: (hear) => process.on('message', hear),
    timeout: -1,
  });
}

/** Makes the out-of-memory killer choose this process instead of its parent. */
export function yieldMemory(): void {
  try {
    writeFileSync('/proc/self/oom_score_adj', '1000');
  } catch {
    // Another system has no such file.
  }
}
