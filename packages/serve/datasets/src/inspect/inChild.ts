import { extname } from 'node:path';
import { startProcess, withoutKeys, type OwnProcess, type ProcessLimits } from '@espalier/base/processes';
import { DatasetsError } from '../errors.js';
import { datasetLimits } from '../limits.js';
import type { InspectHooks } from './inspect.js';
import { tellSchema } from './messages.js';
import { inspectOptionsSchema, type InspectOptions, type Inspection } from './summary.js';

/** From the sources and from dist/ alike. */
const entry = new URL(`./child${extname(import.meta.url)}`, import.meta.url);

export interface ChildOptions extends InspectHooks {
  /** Of Node; those that fit by default. */
  readonly execArgv?: readonly string[];
  /** Limits of the process; by default those of the environment. */
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
  { signal, onProgress, execArgv, limits = datasetLimits().inspect }: ChildOptions = {},
): Promise<Inspection> {
  signal?.throwIfAborted();
  const child = startProcess({
    ...{ what: 'it', entry, env: withoutKeys(process.env), limits },
    ...(execArgv !== undefined && { execArgv }),
  });
  const kill = (): void => child.kill();
  signal?.addEventListener('abort', kill, { once: true });
  try {
    const told = heard(child, onProgress);
    child.send({ path, options: inspectOptionsSchema.parse(options) });
    const { why, exceeded } = await child.ended;
    signal?.throwIfAborted();
    if (told.reason !== null) throw new DatasetsError('failed', told.reason);
    if (told.result !== null) return told.result;
    throw new DatasetsError(
      'failed',
      exceeded === null
        ? `the inspection ended without a result (${why}); try again`
        : `inspecting the dataset took ${exceeded}; split the dataset, or raise the limits of the server`,
    );
  } finally {
    signal?.removeEventListener('abort', kill);
    kill();
  }
}

/** Messages of a process so far. */
interface Messages {
  result: Inspection | null;
  /** Reason, in the words of the process, why there is no result. */
  reason: string | null;
}

function heard(child: OwnProcess, onProgress: InspectHooks['onProgress']): Messages {
  const all: Messages = { result: null, reason: null };
  child.onMessage((message) => {
    const told = tellSchema.safeParse(message);
    if (!told.success) all.reason = 'the inspection process sent a malformed message';
    else if (told.data.kind === 'progress') onProgress?.(told.data.progress);
    else if (told.data.kind === 'done') all.result = told.data.inspection;
    else all.reason = told.data.message;
  });
  return all;
}
