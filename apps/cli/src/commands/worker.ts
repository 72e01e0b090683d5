import { providers } from '@espalier/engine';
import { Option } from 'commander';
import type { WorkerOptions } from '../actions/worker.js';
import { collect, parseCount, parseDuration, parseGigabytes } from '../parse.js';
import type { Define } from './declare.js';

export const defineWorker: Define = (command, finish) =>
  command
    .option('--name <name>', 'what the dashboard calls it (the name of the machine)')
    .option('--slots <count>', 'trials at once', parseCount, 1)
    .addOption(
      new Option('--provider <name>', 'what it computes with besides cpu; repeat it for several')
        .choices([...providers])
        .argParser(collect),
    )
    .option('--memory <gigabytes>', "most of a trial (its part of the machine's)", parseGigabytes)
    .option('--threads <count>', 'threads of the engine a trial', parseCount)
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
    .action(async (options: WorkerOptions) => {
      const { work } = await import('../actions/worker.js');
      finish(await work(options));
    });
