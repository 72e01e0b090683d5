const INTERRUPTED = 130;

/**
 * Turns the first Ctrl-C into an orderly stop and the second into an immediate one; both leave a
 * study that can be resumed, because every finished epoch is on the disk already.
 */
export function onInterrupt(say: (text: string) => void): {
  readonly signal: AbortSignal;
  readonly exitCode: number;
  readonly off: () => void;
} {
  const controller = new AbortController();
  const stop = (): void => {
    if (controller.signal.aborted) {
      say('Stopped at once. You can resume the study.');
      process.exit(INTERRUPTED);
    }
    say('Stopping. Press Ctrl-C again to stop at once.');
    controller.abort();
  };
  process.on('SIGINT', stop);
  process.on('SIGTERM', stop);
  return {
    signal: controller.signal,
    exitCode: INTERRUPTED,
    off: () => {
      process.off('SIGINT', stop);
      process.off('SIGTERM', stop);
    },
  };
}

/** Does the same for servers, which finish their requests and have no study. */
export function onStop(say: (text: string) => void): ReturnType<typeof onInterrupt> {
  let asked = false;
  return onInterrupt(() => {
    say(asked ? 'Stopped at once.' : 'Finishing the open requests. Press Ctrl-C again to stop at once.');
    asked = true;
  });
}
