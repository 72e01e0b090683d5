export { ProcessEndedError } from './errors.js';
export type { ChildProgram } from './process/process.js';
export { startWorker, type RunningWorker, type WorkerOptions } from './worker.js';
