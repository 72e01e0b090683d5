import { extname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { startProcess, withoutSecrets } from '@espalier/base/processes';
import { createBirpc } from 'birpc';
import { ProcessEndedError } from '../errors.js';
import type { ChildFunctions, OpenStudy, ParentFunctions } from './protocol.js';

/** Program of the training process, with its Node options. */
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
  /** Whether the process has ended, so that the next task needs another one. */
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

/** Steps of niceness by which training comes behind what people wait for, such as a look into a dataset. */
const NICENESS = 10;

export function startStudyProcess(studyId: string, { file, nodeOptions }: ChildProgram): StudyProcess {
  const child = startProcess({
    ...{ what: 'the training process', entry: file, execArgv: nodeOptions },
    ...{ env: withoutSecrets(process.env), niceness: NICENESS },
  });
  const nobody: ParentFunctions = {
    record: () => Promise.reject(new Error('no task is under way')),
    decide: () => Promise.reject(new Error('no task is under way')),
    progress: () => undefined,
    findFeatures: () => Promise.resolve([]),
    fetchActivations: () => Promise.resolve(null),
    publishActivations: () => Promise.resolve(),
  };
  let parent = nobody;
  const functions: ParentFunctions = {
    record: (record) => parent.record(record),
    decide: (epochs) => parent.decide(epochs),
    progress: (...args) => parent.progress(...args),
    findFeatures: (...args) => parent.findFeatures(...args),
    fetchActivations: (...args) => parent.fetchActivations(...args),
    publishActivations: (...args) => parent.publishActivations(...args),
  };
  const rpc = createBirpc<ChildFunctions, ParentFunctions>(functions, {
    ...{ post: child.send, on: child.onMessage },
    eventNames: ['stop'],
    timeout: -1,
  });
  let gone = false;
  const died = child.ended.then(({ why }): never => {
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
    pid: child.pid,
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
      if (!gone) await rpc.stop.asEvent().catch(() => undefined);
    },
    kill: async () => {
      child.kill();
      await child.ended;
    },
  };
}
