import { once } from 'node:events';
import { blobPlace, openBlobs } from '@espalier/blobs';
import { providers } from '@espalier/engine';
import { openQueue } from '@espalier/queue';
import { openStore, storePlace } from '@espalier/store';
import { startWorker } from '@espalier/worker';
import { Command, Option } from 'commander';
import { exportTraces } from '../exportTraces.js';
import { UsageError } from '../failure.js';
import { onInterrupt } from '../interrupt.js';
import { collect, parseCount, parseDuration, parseGigabytes } from '../parse.js';
import { writeLine } from '../view/view.js';
import { SHARED_BYTES, workerPlace, type WorkerAsked } from '../workerPlace.js';

interface Options extends WorkerAsked {
  readonly json?: boolean;
  readonly lostAfter?: number;
  readonly share: boolean;
  /** Bytes. */
  readonly sharedSize?: number;
}

export const workerCommand = (finish: (code: number) => void): Command =>
  new Command('worker')
    .description("Do the studies of a team's server on this machine; DATABASE_URL names the database.")
    .option('--name <name>', 'what the dashboard calls it (the name of the machine)')
    .option('--slots <count>', 'trials at once', parseCount, 1)
    .addOption(
      new Option('--provider <name>', 'what it computes with besides cpu; repeat it for several')
        .choices([...providers])
        .argParser(collect),
    )
    .option('--memory <gigabytes>', "most of a trial (its part of the machine's)", parseGigabytes)
    .option('--cache <folder>', 'where activations are kept (ESPALIER_CACHE, or the user cache)')
    .option('--cache-size <gigabytes>', 'most the activations may take (10)', parseGigabytes)
    .option(
      '--shared-size <gigabytes>',
      "most that all workers' activations may take in the blobs, where they find each other's (50)",
      parseGigabytes,
    )
    .option('--no-share', 'compute activations without looking for those of other workers')
    .option(
      '--lost-after <duration>',
      'silence after which another worker counts as lost (15s)',
      parseDuration,
    )
    .option('--json', 'one JSON object a line')
    .action(async (options: Options) => {
      finish(await work(options));
    });

async function work(options: Options): Promise<number> {
  const place = storePlace();
  if (place.kind === 'folder') {
    throw new UsageError(
      'a store in a folder belongs to one process, and `espalier start` has a worker of its own; ' +
        'set DATABASE_URL to the PostgreSQL server that the team uses',
    );
  }
  const say = (text: string, more: object): void =>
    writeLine(process.stdout, options.json === true ? JSON.stringify(more) : text);
  const onFailure = (message: string): void => writeLine(process.stderr, `espalier: ${message}`);
  const endTraces = await exportTraces('espalier-worker');
  const interrupt = onInterrupt((text) => writeLine(process.stderr, text));
  const database = await openStore(place);
  try {
    const queue = await openQueue(database, ({ message }) => onFailure(message));
    const blobs = openBlobs(blobPlace());
    const described = workerPlace(options);
    const worker = await startWorker({
      ...{ queue, blobs, onFailure },
      ...described,
      sharedBytes: options.share ? (options.sharedSize ?? SHARED_BYTES) : 0,
      ...(options.lostAfter !== undefined && { lostSeconds: options.lostAfter }),
      onEpoch: ({ studyId, studyName, trial }, epoch) => {
        const number = trial?.number ?? 0;
        say(`${studyName}: trial ${number}, epoch ${epoch}`, {
          kind: 'epoch',
          studyId,
          trial: number,
          epoch,
        });
      },
    });
    say(`The worker ${described.name} waits for work; Ctrl-C gives back what is under way.`, {
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
