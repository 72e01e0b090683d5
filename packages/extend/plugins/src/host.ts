import { extname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { inspect } from 'node:util';
import { Worker } from 'node:worker_threads';
import { withoutSecrets } from '@espalier/base/processes';
import { createBirpc } from 'birpc';
import { PluginError } from './errors.js';
import type { FoundPlugin } from './find.js';
import type { ThreadData, ThreadFunctions } from './protocol.js';

/** Program of a plugin's thread. */
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
   * @param seconds most that the answer may take, once the module is loaded
   * @throws PluginError where it throws, does not answer or dies
   */
  ask<T>(seconds: number, question: (thread: ThreadFunctions) => Promise<T>): Promise<T>;
  close(): Promise<void>;
}

/** Bytes of JavaScript objects that a plugin may take. */
const MEMORY_MEGABYTES = 2048;
/** Seconds in which a module has to load. */
const OPEN_SECONDS = 20;
/** Most that is told of what a plugin threw. */
const LONGEST_SENTENCE = 500;

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
  let opening: Promise<void> | null = null;
  const setAside = (reason: string, cause?: unknown): PluginError => {
    aside ??= new PluginError(name, reason, { cause });
    void thread?.end();
    return aside;
  };
  const within = async <T>(seconds: number, { died }: Thread, answer: Promise<T>): Promise<T> => {
    const limit = timeLimit(seconds);
    try {
      return await Promise.race([answer, died, limit.passed]);
    } catch (error) {
      // What was asked meanwhile fails with the thread.
      if (aside !== null) throw aside;
      if (error instanceof TooLongError) {
        throw setAside(
          `it did not respond within ${seconds} s; report this to its authors, or remove it`,
          error,
        );
      }
      if (error instanceof DiedError) throw setAside(error.message, error);
      throw new PluginError(name, sentenceOf(error), { cause: error });
    } finally {
      limit.stop();
    }
  };
  return {
    plugin,
    ask: async (seconds, question) => {
      if (aside !== null || manifest.kind === 'unusable') throw aside as PluginError;
      const asked = (thread ??= startThread(join(plugin.folder, manifest.entry), program));
      await (opening ??= within(OPEN_SECONDS, asked, asked.functions.open()));
      return within(seconds, asked, question(asked.functions));
    },
    close: async () => {
      aside ??= new PluginError(name, 'it was closed');
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
    worker.on('error', (error) => reject(new DiedError(`it crashed: ${sentenceOf(error)}`)));
    worker.once('exit', (code) => reject(new DiedError(`it exited with code ${code}`)));
  });
  died.catch(() => undefined);
  const rpc = createBirpc<ThreadFunctions, Record<string, never>>(
    {},
    {
      post: (message: unknown) => worker.postMessage(message),
      // A plugin, or a library in it, may say things of its own.
      on: (hear) => worker.on('message', (message) => isAnswer(message) && hear(message)),
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

const isAnswer = (message: unknown): boolean =>
  typeof message === 'object' && message !== null && Reflect.get(message, 't') === 's';

/** Formats anything that a plugin threw as one line. */
function sentenceOf(error: unknown): string {
  const thrown: unknown = error instanceof Error ? error.message : error;
  const text = typeof thrown === 'string' ? thrown : inspect(thrown);
  const line = text.split('\n').find((one) => one.trim() !== '');
  return (line ?? 'it threw something without a message').trim().slice(0, LONGEST_SENTENCE);
}
