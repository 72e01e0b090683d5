/**
 * Ends this process in one sentence where a failure reached nobody: a library's promise that is not
 * waited for, a listener that throws. What state there is then is not to be relied on.
 *
 * @param say tells of it, and gives the exit code
 */
export function endOnStrays(say: (error: unknown) => number = sayPlainly): void {
  const end = (error: unknown): void => process.exit(say(error));
  process.on('uncaughtException', end);
  process.on('unhandledRejection', end);
}

/** For who started this process: `whyEnded` finds it. */
function sayPlainly(error: unknown): number {
  const { name, message } = error instanceof Error ? error : { name: 'Error', message: String(error) };
  process.stderr.write(`${/error/i.test(name) ? name : `${name} error`}: ${message.split('\n')[0]}\n`);
  return 1;
}

/**
 * Tells of promises that failed where nobody waited for them, and goes on: what one request left must not
 * end a server for everybody. An exception that nobody caught ends it.
 */
export function tellOfStrays(say: (error: unknown) => number): void {
  process.on('uncaughtException', (error) => process.exit(say(error)));
  process.on('unhandledRejection', (error) => void say(error));
}
