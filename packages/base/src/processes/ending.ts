/** End of a process as Node reports it, and its last output. */
export interface Ending {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  /** The end of its standard error. */
  readonly output: string;
}

/**
 * Describes why a process ended by itself.
 *
 * @param what it was: `the training process`
 */
export function whyEnded(what: string, { code, signal, output }: Ending): string {
  if (output.includes('heap out of memory')) return `${what} ran out of memory`;
  if (signal === 'SIGKILL') return `${what} was killed, perhaps because memory ran out`;
  if (signal !== null) return `${what} crashed (${signal})`;
  const words = output
    .split('\n')
    .map((line) => line.trim())
    .findLast((line) => /error/i.test(line));
  return `${what} ended with code ${code}${words === undefined ? '' : ` (${words})`}`;
}
