/** The process that trains ended by itself: a crash, or too little memory. */
export class ProcessEndedError extends Error {
  override readonly name = 'ProcessEndedError';
}

/** The worker let go of a task: its study rests, somebody else has it, or the worker stops. */
export class StoppedError extends Error {
  override readonly name = 'StoppedError';
}

/** A task that goes on for ever, or looks like it. */
export class StalledError extends Error {
  override readonly name = 'StalledError';
}

/** A worker that cannot start as asked; the message says what to do. */
export class WorkerError extends Error {
  override readonly name = 'WorkerError';
}
