import { inspectDataset } from './inspect.js';
import { askSchema, type Tell } from './messages.js';

/** Between two messages of progress. */
const INTERVAL_MILLISECONDS = 200;

/** A process that inspects one dataset, tells its parent how far it is, and ends. */
process.once('message', (message) => {
  const { path, options } = askSchema.parse(message);
  let last = 0;
  inspectDataset(path, options, {
    onProgress: (progress) => {
      if (Date.now() - last < INTERVAL_MILLISECONDS) return;
      last = Date.now();
      tell({ kind: 'progress', progress });
    },
  }).then(
    (inspection) => finish({ kind: 'done', inspection }),
    (error: unknown) => finish({ kind: 'failed', message: (error as Error).message }),
  );
});
// Nobody is left to tell.
process.once('disconnect', () => process.exit());

const tell = (message: Tell): void => void process.send?.(message);
const finish = (message: Tell): void => void process.send?.(message, () => process.disconnect());
