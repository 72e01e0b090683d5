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
      say('Stopped at once; the study can be resumed.');
      process.exit(INTERRUPTED);
    }
    say('Stopping; once more to stop at once.');
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

/** The same for servers, which finish what is under way and have no study to speak of. */
export function onStop(say: (text: string) => void): ReturnType<typeof onInterrupt> {
  let asked = false;
  return onInterrupt(() => {
    say(asked ? 'Stopped at once.' : 'Finishing the requests under way; once more to stop at once.');
    asked = true;
  });
}
