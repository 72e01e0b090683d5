/** The process that trains, which dies once it has answered what a study plans. */
import '../process/child.js';

const send = process.send?.bind(process);

process.send = (message: unknown, ...rest: unknown[]): boolean => {
  const answer = (message as { readonly r?: { readonly plan?: unknown } }).r;
  const sent = (send as (...all: unknown[]) => boolean)(message, ...rest);
  if (answer?.plan !== undefined) setImmediate(() => process.kill(process.pid, 'SIGKILL'));
  return sent;
};
