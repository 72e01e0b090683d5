import { extname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { Worker } from 'node:worker_threads';
import { withoutSecrets } from '@espalier/processes';
import { createBirpc } from 'birpc';
import { PluginError } from './errors.js';
import type { FoundPlugin } from './find.js';
import type { ThreadData, ThreadFunctions } from './protocol.js';

/** How the thread of a plugin is started. */
export interface ThreadProgram {
  readonly file: string;
  readonly nodeOptions: readonly string[];
}

const ownFile = extname(import.meta.url) === '.ts' ? './source-thread.mjs' : './thread.js';

/** From the sources and from dist/ alike. */
export const ownThread: ThreadProgram = {
  file: fileURLToPath(new URL(ownFile, import.meta.url)),
  nodeOptions: process.execArgv.filter((option) => option.startsWith('--conditions')),
};

/** A plugin in a thread of its own, which is started when it is first asked. */
export interface PluginHost {
  readonly plugin: FoundPlugin;
  /**
   * Asks the plugin something. A plugin that does not answer is set aside with its thread: everything
   * that it is asked afterwards fails at once.
   *
   * @param seconds most that the answer may take
   * @throws PluginError where it throws, does not answer or dies
   */
  ask<T>(seconds: number, question: (thread: ThreadFunctions) => Promise<T>): Promise<T>;
  close(): Promise<void>;
}

/** Bytes of JavaScript objects that a plugin may take. */
const MEMORY_MEGABYTES = 2048;

interface Thread {
  readonly functions: ThreadFunctions;
  readonly died: Promise<never>;
  readonly end: () => Promise<void>;
}

export function openHost(plugin: FoundPlugin, program: ThreadProgram = ownThread): PluginHost {
  const { manifest, name } = plugin;
  let thread: Thread | null = null;
  let aside: PluginError | null =
    manifest.kind === 'unusable' ? new PluginError(name, manifest.reason) : null;
  const setAside = (reason: string, cause?: unknown): PluginError => {
    aside ??= new PluginError(name, reason, { cause });
    void thread?.end();
    return aside;
  };
  return {
    plugin,
    ask: async (seconds, question) => {
      if (aside !== null || manifest.kind === 'unusable') throw aside as PluginError;
      thread ??= startThread(join(plugin.folder, manifest.entry), program);
      const limit = timeLimit(seconds);
      try {
        return await Promise.race([question(thread.functions), thread.died, limit.passed]);
      } catch (error) {
        if (error instanceof TooLongError) {
          throw setAside(`it gave no answer within ${seconds} s; ask its authors, or remove it`, error);
        }
        if (error instanceof DiedError) throw setAside(error.message, error);
        throw new PluginError(name, sentenceOf(error), { cause: error });
      } finally {
        limit.stop();
      }
    },
    close: async () => {
      aside ??= new PluginError(name, 'it is closed');
      await thread?.end();
    },
  };
}

class TooLongError extends Error {}
class DiedError extends Error {}

function timeLimit(seconds: number): { readonly passed: Promise<never>; readonly stop: () => void } {
  let timer: NodeJS.Timeout | undefined;
  const passed = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new TooLongError()), 1000 * seconds);
  });
  passed.catch(() => undefined);
  return { passed, stop: () => clearTimeout(timer) };
}

function startThread(entry: string, { file, nodeOptions }: ThreadProgram): Thread {
  const data: ThreadData = { entry: pathToFileURL(entry).href };
  const worker = new Worker(file, {
    workerData: data,
    execArgv: [...nodeOptions],
    env: withoutSecrets(process.env),
    stdout: true,
    stderr: true,
    resourceLimits: { maxOldGenerationSizeMb: MEMORY_MEGABYTES },
  });
  const died = new Promise<never>((_, reject) => {
    worker.once('error', (error) => reject(new DiedError(`it crashed: ${sentenceOf(error)}`)));
    worker.once('exit', (code) => reject(new DiedError(`it ended by itself with code ${code}`)));
  });
  died.catch(() => undefined);
  const rpc = createBirpc<ThreadFunctions, Record<string, never>>(
    {},
    {
      post: (message: unknown) => worker.postMessage(message),
      on: (hear) => worker.on('message', hear),
      timeout: -1,
    },
  );
  // A thread that has nothing to do keeps no process from its end; hearing it would.
  worker.unref();
  return {
    functions: rpc,
    died,
    end: async () => {
      rpc.$close();
      await worker.terminate();
    },
  };
}

/** What a plugin threw, in one line. */
function sentenceOf(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  return (
    text.split('\n').find((line) => line.trim() !== '') ?? 'it threw something without a message'
  ).trim();
}
