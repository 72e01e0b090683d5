import { openPlugins } from '@espalier/plugins';
import { endOnStrays, yieldMemory } from '@espalier/base/processes';
import { inspectDataset } from './inspect.js';
import { askSchema, type InspectRequest, type InspectMessage } from './messages.js';
import type { Inspection } from './summary.js';

endOnStrays();
yieldMemory();

/** Between two messages of progress. */
const INTERVAL_MILLISECONDS = 200;

/** A process that inspects one dataset, tells its parent how far it is, and ends. */
process.once('message', (message) => {
  inspect(askSchema.parse(message)).then(
    (inspection) => finish({ kind: 'done', inspection }),
    (error: unknown) => finish({ kind: 'failed', message: (error as Error).message }),
  );
});
// Nobody is left to tell.
process.once('disconnect', () => process.exit());

async function inspect({ path, options }: InspectRequest): Promise<Inspection> {
  // The dataset may be one for a plugin's reader.
  await openPlugins({ from: process.cwd(), tell: (text) => process.stderr.write(`${text}\n`) });
  let last = 0;
  return inspectDataset(path, options, {
    onProgress: (progress) => {
      if (Date.now() - last < INTERVAL_MILLISECONDS) return;
      last = Date.now();
      tell({ kind: 'progress', progress });
    },
  });
}

const tell = (message: InspectMessage): void => void process.send?.(message);
const finish = (message: InspectMessage): void => void process.send?.(message, () => process.disconnect());
