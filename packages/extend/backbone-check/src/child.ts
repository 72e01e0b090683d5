import { endOnStrays } from '@espalier/base/processes';
import { askSchema, type CheckMessage } from './messages.js';
import { runChecks } from './suite.js';

endOnStrays();

/** A process that checks one backbone, tells its parent of each check, and ends. */
process.once('message', (message) => {
  void runChecks(askSchema.parse(message), tell);
});
// Nobody is left to tell.
process.once('disconnect', () => process.exit());

function tell(message: CheckMessage): void {
  // Engines may hold threads that would keep the process.
  process.send?.(message, () => message.kind === 'done' && process.disconnect());
}
