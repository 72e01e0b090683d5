import { endOnStrays, yieldMemory } from '@espalier/base/processes';
import { createBirpc } from 'birpc';
import type { ChildFunctions, ParentFunctions } from './protocol.js';
import { openStudyHere, type OpenedStudy } from './study.js';

/** The process that trains: it does what its worker asks, and ends with it. */

// Where memory runs out, this process goes and not the server.
yieldMemory();
endOnStrays();
process.on('disconnect', () => process.exit(1));
// The worker ends this process; Ctrl-C in its terminal and a stop of its service reach both.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => undefined);

/** Once it is told to stop, it takes nothing more. */
const stopping = new AbortController();
let study: OpenedStudy | null = null;

async function task<T>(run: (open: OpenedStudy) => Promise<T>): Promise<T> {
  if (study === null) throw new Error('no study is open');
  stopping.signal.throwIfAborted();
  return run(study);
}

const functions: ChildFunctions = {
  open: async (asked) => {
    study ??= await openStudyHere(parent, asked, stopping.signal);
  },
  plan: () => task((open) => open.plan()),
  trial: (asked) => task((open) => open.trial(asked)),
  finish: (asked) => task((open) => open.finish(asked)),
  stop: () => stopping.abort(new Error('stopped')),
};

const rpc = createBirpc<ParentFunctions, ChildFunctions>(functions, {
  post: (message: unknown) => process.send?.(message),
  on: (hear) => process.on('message', hear),
  eventNames: ['progress'],
  timeout: -1,
});

const parent: ParentFunctions = {
  record: (record) => rpc.record(record),
  decide: (epochs) => rpc.decide(epochs),
  progress: (phase, done, total) => void rpc.progress(phase, done, total),
  findFeatures: (space, keys) => rpc.findFeatures(space, keys),
  fetchActivations: (space, name) => rpc.fetchActivations(space, name),
  publishActivations: (space, file, keys) => rpc.publishActivations(space, file, keys),
};
