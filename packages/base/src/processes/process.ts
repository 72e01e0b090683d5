import { fork, type ChildProcess } from 'node:child_process';
import { setPriority } from 'node:os';
import { whyEnded } from './ending.js';
import { nodeFlags } from './flags.js';
import { heapFlag, watchMemory, watchProcess, type Watch } from './limits.js';

/** Program, limits and environment of a child process. */
export interface ProcessOptions {
  /** The module that it runs, from the sources or from dist/. */
  readonly entry: URL | string;
  /** For sentences: `the training process`. */
  readonly what: string;
  /** All of its environment: {@link withoutKeys} or {@link withoutSecrets} of this process's. */
  readonly env: NodeJS.ProcessEnv;
  /** Flags of Node; those that fit the module where they are left out. */
  readonly execArgv?: readonly string[];
  /** Limits of the process: seconds of its whole life, bytes of memory; none by default. */
  readonly limits?: { readonly seconds?: number; readonly memoryBytes?: number };
  /** Steps of niceness by which it comes behind what people wait for. */
  readonly niceness?: number;
}

/** End of a process. */
export interface ProcessEnd {
  /** A sentence without a full stop, such as `the training process ended with code 1`. */
  readonly why: string;
  /** The limit that it passed, as the end of a sentence such as `more than 60 seconds`; null for none. */
  readonly exceeded: string | null;
}

/** A process of Node, to which one sends messages. */
export interface OwnProcess {
  /** 0 where it could not be started. */
  readonly pid: number;
  /** Resolves once it is gone, and all that it said was heard. */
  readonly ended: Promise<ProcessEnd>;
  /** Sends a message; nothing where it is gone. */
  send(message: unknown): void;
  onMessage(hear: (message: unknown) => void): void;
  /** Ends it at once. */
  kill(): void;
}

/** Number of characters kept of a process's last output, which gives the reason for its end. */
const LONGEST_OUTPUT = 4_000;

/** Starts a process: the one way in which this is done. */
export function startProcess(options: ProcessOptions): OwnProcess {
  const { entry, env, limits = {}, niceness } = options;
  const { memoryBytes } = limits;
  const child = fork(entry, {
    serialization: 'advanced',
    execArgv: [
      ...(options.execArgv ?? flagsOf(entry)),
      ...(memoryBytes === undefined ? [] : [heapFlag(memoryBytes)]),
    ],
    env,
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  });
  if (niceness !== undefined) yieldToOthers(child.pid, niceness);
  return {
    pid: child.pid ?? 0,
    ended: endOf(child, options.what, limits),
    send: (message) => {
      // What is said to a process that has gone is answered by its end.
      if (child.connected) child.send(message as object, () => undefined);
    },
    onMessage: (hear) => void child.on('message', hear),
    kill: () => void child.kill('SIGKILL'),
  };
}

/** From the sources a module is read by tsx, from dist/ as it is. */
export const flagsOf = (entry: URL | string): readonly string[] =>
  String(entry).endsWith('.ts')
    ? ['--conditions=@espalier/source', `--import=${import.meta.resolve('tsx')}`]
    : nodeFlags(process.execArgv);

const unwatched: Watch = { exceeded: () => null, stop: () => undefined };

function watched(
  child: ChildProcess,
  { seconds, memoryBytes }: NonNullable<ProcessOptions['limits']>,
): Watch {
  if (seconds !== undefined) return watchProcess(child, { seconds, memoryBytes: memoryBytes ?? Infinity });
  return memoryBytes === undefined ? unwatched : watchMemory(child, memoryBytes);
}

async function endOf(
  child: ChildProcess,
  what: string,
  limits: NonNullable<ProcessOptions['limits']>,
): Promise<ProcessEnd> {
  const watch = watched(child, limits);
  let output = '';
  child.stderr?.on(
    'data',
    (chunk: Buffer) => (output = `${output}${chunk.toString()}`.slice(-LONGEST_OUTPUT)),
  );
  const why = await new Promise<string>((resolve) => {
    child.once('close', (code, signal) => resolve(whyEnded(what, { code, signal, output })));
    child.on('error', ({ message }) => {
      if (child.pid === undefined) resolve(`${what} cannot be started (${message})`);
    });
  });
  watch.stop();
  const full = limits.memoryBytes !== undefined && output.includes('heap out of memory');
  return { why, exceeded: watch.exceeded() ?? (full ? 'more memory than its limit' : null) };
}

/** Lets other processes go first, where they want to; alone on the machine it is as fast as ever. */
function yieldToOthers(pid: number | undefined, niceness: number): void {
  if (pid === undefined) return;
  try {
    setPriority(pid, niceness);
  } catch {
    // It has ended already, which is told elsewhere, or the system does not let anybody choose.
  }
}
