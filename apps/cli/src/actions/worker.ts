import { once } from 'node:events';
import { blobPlace, openBlobs, requireWritable } from '@espalier/blobs';
import { openQueue } from '@espalier/queue';
import { openStore, storePlace } from '@espalier/store';
import { startWorker } from '@espalier/worker';
import { exportTraces } from '../exportTraces.js';
import { sayTrouble, UsageError } from '../failure.js';
import { onInterrupt } from '../interrupt.js';
import { keepPrivate } from '../private.js';
import { goOnAfterStrays } from '../strays.js';
import { writeLine } from '../view/view.js';
import { SHARED_BYTES, workerPlace, type WorkerAsked } from '../workerPlace.js';

export interface WorkerOptions extends WorkerAsked {
  readonly json?: boolean;
  readonly lostAfter?: number;
  readonly share: boolean;
  /** Bytes. */
  readonly sharedSize?: number;
}

/** Runs tasks of studies until it is told to stop; returns the exit code. */
export async function work(options: WorkerOptions): Promise<number> {
  keepPrivate();
  goOnAfterStrays();
  const place = storePlace();
  if (place.kind === 'folder') {
    throw new UsageError(
      'a worker needs a PostgreSQL store, because a store in a folder belongs to one process (`espalier start` has its own worker); ' +
        "set DATABASE_URL to the team's PostgreSQL server",
    );
  }
  const say = (text: string, more: object): void =>
    writeLine(process.stdout, options.json === true ? JSON.stringify(more) : text);
  const endTraces = await exportTraces('espalier-worker');
  const interrupt = onInterrupt((text) => writeLine(process.stderr, text));
  const database = await openStore(place);
  try {
    const queue = await openQueue(database, ({ message }) => sayTrouble(message));
    const blobs = openBlobs(blobPlace());
    await requireWritable(blobs);
    const described = workerPlace(options);
    const worker = await startWorker({
      ...{ queue, blobs, onFailure: sayTrouble },
      ...described,
      sharedBytes: options.share ? (options.sharedSize ?? SHARED_BYTES) : 0,
      ...(options.lostAfter !== undefined && { lostSeconds: options.lostAfter }),
      onEpoch: ({ studyId, studyName, trial }, epoch) => {
        const { role, number } = trial ?? { role: 'searched' as const, number: 0 };
        const name = role === 'searched' ? `trial ${number}` : `baseline ${number}`;
        say(`${studyName}: ${name}, epoch ${epoch}`, { kind: 'epoch', studyId, role, trial: number, epoch });
      },
    });
    say(`The worker ${described.name} is waiting for tasks. Ctrl-C returns its tasks to the queue.`, {
      kind: 'started',
      id: worker.id,
    });
    if (!interrupt.signal.aborted) await once(interrupt.signal, 'abort');
    await worker.stop();
    await queue.close();
    blobs.close();
    return 0;
  } finally {
    interrupt.off();
    await database.close();
    await endTraces();
  }
}
