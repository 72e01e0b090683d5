import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { extname } from 'node:path';
import {
  heapFlag,
  nodeFlags,
  watchProcess,
  whyEnded,
  withoutKeys,
  type ProcessLimits,
} from '@espalier/processes';
import { DatasetsError } from '../errors.js';
import { datasetLimits } from '../limits.js';
import type { InspectHooks } from './inspect.js';
import { tellSchema } from './messages.js';
import { inspectOptionsSchema, type InspectOptions, type Inspection } from './summary.js';

/** From the sources and from dist/ alike. */
const entry = new URL(`./child${extname(import.meta.url)}`, import.meta.url);
/** What a process says last is why it ended. */
const LONGEST_OUTPUT = 4_000;

export interface ChildOptions extends InspectHooks {
  /** Of Node; those of this process by default. */
  readonly execArgv?: readonly string[];
  /** What it may take; the environment's where they are left out. */
  readonly limits?: ProcessLimits;
}

/**
 * The same as {@link inspectDataset} in a process of its own: files of strangers are decoded there, and
 * the caller goes on. It is killed when the signal says so.
 *
 * @throws DatasetsError (`failed`) with what it said, or how it ended; the signal's reason
 */
export async function inspectInChild(
  path: string,
  options: InspectOptions,
  {
    signal,
    onProgress,
    execArgv = nodeFlags(process.execArgv),
    limits = datasetLimits().inspect,
  }: ChildOptions = {},
): Promise<Inspection> {
  signal?.throwIfAborted();
  const child = fork(entry, {
    execArgv: [...execArgv, heapFlag(limits.memoryBytes)],
    env: withoutKeys(process.env),
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  });
  const watched = watchProcess(child, limits);
  const kill = (): void => void child.kill('SIGKILL');
  signal?.addEventListener('abort', kill, { once: true });
  try {
    child.send({ path, options: inspectOptionsSchema.parse(options) }, () => undefined);
    return await resultOf(child, onProgress);
  } catch (error) {
    signal?.throwIfAborted();
    const tooMuch = watched.exceeded();
    if (tooMuch === null) throw error;
    throw new DatasetsError(
      'failed',
      `looking into the dataset took ${tooMuch}; divide it, or have the server allow more`,
      { cause: error },
    );
  } finally {
    watched.stop();
    signal?.removeEventListener('abort', kill);
    kill();
  }
}

async function resultOf(child: ChildProcess, onProgress: InspectHooks['onProgress']): Promise<Inspection> {
  let output = '';
  child.stderr?.on(
    'data',
    (chunk: Buffer) => (output = `${output}${chunk.toString()}`.slice(-LONGEST_OUTPUT)),
  );
  let result: Inspection | null = null;
  let reason: string | null = null;
  child.on('message', (message) => {
    const told = tellSchema.safeParse(message);
    if (!told.success) reason = 'it said something that is no message of an inspection';
    else if (told.data.kind === 'progress') onProgress?.(told.data.progress);
    else if (told.data.kind === 'done') result = told.data.inspection;
    else reason = told.data.message;
  });
  const [code, ended] = (await once(child, 'close')) as [number | null, NodeJS.Signals | null];
  if (reason !== null) throw new DatasetsError('failed', reason);
  if (result !== null) return result;
  throw new DatasetsError(
    'failed',
    `the inspection ended without a result (${whyEnded('it', { code, signal: ended, output })}); try it again`,
  );
}
