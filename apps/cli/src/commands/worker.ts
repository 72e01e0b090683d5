import { providers } from '@espalier/engine';
import { Option } from 'commander';
import type { WorkerOptions } from '../actions/worker.js';
import { collect, parseCount, parseDuration, parseGigabytes } from '../parse.js';
import type { Define } from './declare.js';

export const defineWorker: Define = (command, finish) =>
  command
    .option('--name <name>', "name on the dashboard (the machine's name)")
    .option('--slots <count>', 'concurrent trials', parseCount, 1)
    .addOption(
      new Option('--provider <name>', 'execution provider besides cpu; repeat the option for several')
        .choices([...providers])
        .argParser(collect),
    )
    .option(
      '--memory <gigabytes>',
      "maximum memory per trial (an equal part of the machine's)",
      parseGigabytes,
    )
    .option('--threads <count>', 'threads of the engine per trial', parseCount)
    .option('--cache <folder>', 'folder of the activation cache (ESPALIER_CACHE, or the user cache)')
    .option('--cache-size <gigabytes>', 'maximum size of the activation cache (10)', parseGigabytes)
    .option(
      '--shared-size <gigabytes>',
      'maximum size of the activations that all workers share in the blob store (50)',
      parseGigabytes,
    )
    .option('--no-share', "do not use other workers' activations")
    .option(
      '--lost-after <duration>',
      'time without a heartbeat after which another worker counts as lost (15s)',
      parseDuration,
    )
    .option('--json', 'print one JSON object per line')
    .action(async (options: WorkerOptions) => {
      const { work } = await import('../actions/worker.js');
      finish(await work(options));
    });
