import { fork } from 'node:child_process';
import { setPriority } from 'node:os';
import { extname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { whyEnded, withoutSecrets } from '@espalier/processes';
import { createBirpc } from 'birpc';
import { ProcessEndedError } from './errors.js';
import type { ChildFunctions, OpenStudy, ParentFunctions } from './protocol.js';

/** How the process that trains is started. */
export interface ChildProgram {
  readonly file: string;
  readonly nodeOptions: readonly string[];
}

/** From the sources and from dist/ alike. */
export const ownChild: ChildProgram = {
  file: fileURLToPath(new URL(`./child${extname(import.meta.url)}`, import.meta.url)),
  nodeOptions: process.execArgv,
};

/** A study that is open in a process of its own. */
export interface StudyProcess {
  readonly studyId: string;
  readonly pid: number;
  /** Whether it is gone, so that the next task needs another one. */
  hasEnded(): boolean;
  /** Sets who hears of the task under way, and opens the study where it is not. */
  open(asked: OpenStudy, parent: ParentFunctions): Promise<void>;
  /** Runs tasks; each fails with a ProcessEndedError where the process dies. */
  readonly run: Pick<ChildFunctions, 'plan' | 'trial' | 'finish'>;
  /** Stops the task under way behind its last step. */
  stop(): Promise<void>;
  /** Ends the process. */
  kill(): Promise<void>;
}

/** What is kept of a process's last words. */
const TAIL_BYTES = 2_000;

/** Steps of niceness by which training comes behind what people wait for, such as a look into a dataset. */
const NICENESS = 10;

/** Lets other processes go first, where they want to; alone on the machine it is as fast as ever. */
function yieldToOthers(pid: number | undefined): void {
  if (pid === undefined) return;
  try {
    setPriority(pid, NICENESS);
  } catch {
    // It has ended already, which is told elsewhere, or the system does not let anybody choose.
  }
}

export function startProcess(studyId: string, { file, nodeOptions }: ChildProgram): StudyProcess {
  const child = fork(file, [], {
    serialization: 'advanced',
    execArgv: [...nodeOptions],
    env: withoutSecrets(process.env),
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  });
  yieldToOthers(child.pid);
  let tail = '';
  child.stderr?.on('data', (chunk: Buffer) => {
    tail = `${tail}${chunk.toString('utf8')}`.slice(-TAIL_BYTES);
  });
  const nobody: ParentFunctions = {
    record: () => Promise.reject(new Error('no task is under way')),
    decide: () => Promise.reject(new Error('no task is under way')),
    progress: () => undefined,
    findFeatures: () => Promise.resolve([]),
    fetchFeatures: () => Promise.resolve(null),
    publishFeatures: () => Promise.resolve(),
  };
  let parent = nobody;
  const functions: ParentFunctions = {
    record: (record) => parent.record(record),
    decide: (epochs) => parent.decide(epochs),
    progress: (...args) => parent.progress(...args),
    findFeatures: (...args) => parent.findFeatures(...args),
    fetchFeatures: (...args) => parent.fetchFeatures(...args),
    publishFeatures: (...args) => parent.publishFeatures(...args),
  };
  const rpc = createBirpc<ChildFunctions, ParentFunctions>(functions, {
    post: (message: unknown) => {
      if (child.connected) child.send(message as object);
    },
    on: (hear) => child.on('message', hear),
    eventNames: ['stop'],
    timeout: -1,
  });
  const ended = new Promise<string>((resolve) => {
    child.once('exit', (code, signal) =>
      resolve(whyEnded('the training process', { code, signal, output: tail })),
    );
    child.on('error', ({ message }) => {
      // What is said to a process that has gone is answered by its end.
      if (child.pid === undefined) resolve(`the training process cannot be started (${message})`);
    });
  });
  let gone = false;
  const died = ended.then((why): never => {
    gone = true;
    const error = new ProcessEndedError(why);
    rpc.$close(error);
    throw error;
  });
  died.catch(() => undefined);
  const alive = <T>(answer: Promise<T>): Promise<T> => {
    answer.catch(() => undefined);
    // Of a process that is gone already, what counts is how it ended.
    return Promise.race(gone ? [died] : [answer, died]);
  };
  return {
    studyId,
    pid: child.pid ?? 0,
    hasEnded: () => gone,
    open: (asked, hears) => {
      parent = hears;
      return alive(rpc.open(asked));
    },
    run: {
      plan: () => alive(rpc.plan()),
      trial: (task) => alive(rpc.trial(task)),
      finish: (task) => alive(rpc.finish(task)),
    },
    stop: async () => {
      if (child.connected) await rpc.stop.asEvent().catch(() => undefined);
    },
    kill: async () => {
      child.kill('SIGKILL');
      await ended;
    },
  };
}
