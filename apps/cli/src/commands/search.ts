import { existsSync } from 'node:fs';
import { readers } from '@espalier/data';
import { engineNames, optimizers, providers } from '@espalier/engine';
import {
  backboneNames,
  defaultBackbones,
  installedPlugins,
  planResume,
  planSearch,
  type PlannedStudy,
} from '@espalier/sdk';
import { metrics } from '@espalier/metrics';
import { tasks } from '@espalier/tasks';
import { offeredCosts, offeredDimensions, pruners, samplers, schedules } from '@espalier/search';
import type { Offer, OfferedDimension } from '@espalier/study';
import { journalPath } from '@espalier/study/folder';
import { Option, type Command } from 'commander';
import { suggest } from '../completion/suggest.js';
import { UsageError } from '../failure.js';
import { onInterrupt } from '../interrupt.js';
import {
  collect,
  parseCount,
  parseDuration,
  parseGigabytes,
  parseLimit,
  parseList,
  parseNumber,
  parseNumbers,
  parseRange,
  parseWhole,
} from '../parse.js';
import { track } from '../tracking.js';
import { askedOf, asTyped, type SearchOptions } from '../settings.js';
import { createJson } from '../view/json.js';
import { quoted } from '@espalier/report/format';
import { createLines } from '../view/lines.js';
import { createLive } from '../view/live.js';
import type { Limits } from '../view/state.js';
import { reportTransfer } from '../view/transfer.js';
import { shownPath, writeLine, type SearchView } from '../view/view.js';
import type { Define } from './declare.js';

export const defineSearch: Define = (command, finish) => {
  command.option('--resume <folder>', 'resume the study in this folder');
  command.option(
    '--from <folder>',
    'grow the finished study in this folder: keep its splits and settings, and begin with its best trials',
  );
  searchOptions(command).option('--json', 'print one JSON object per line');
  command.action(async (dataset: string | undefined, options: SearchOptions) => {
    if (options.resume !== undefined) requireResumeAlone(command, dataset);
    finish(await search(dataset, options));
  });
};

/** Adds all that can be asked of a search. */
export function searchOptions(command: Command): Command {
  budgetOptions(command);
  spaceOptions(command);
  trainingOptions(command);
  dataOptions(command);
  return placeOptions(command);
}

const budgetOptions = (command: Command): Command =>
  command
    .option('--trials <count>', 'maximum number of trials (12 without --time)', parseCount)
    .option('--epochs <count>', 'maximum epochs per trial (10)', parseCount)
    .option('--total-epochs <count>', 'maximum epochs of all trials together', parseCount)
    .option('--time <duration>', 'maximum time, such as 90s, 10m or 2h', parseDuration)
    .option(
      '--exhaust',
      'train on where another trial is expected to gain nothing that the examples could tell',
    )
    .option('--seed <number>', 'seed of the split and the search (0)', parseWhole);

function spaceOptions(command: Command): void {
  command.addOption(
    suggest(
      new Option(
        '--backbone <name or path>',
        `pre-trained network; repeat the option to search several (by modality: ${Object.values(defaultBackbones).join(', ')})`,
      ).argParser(collect),
      backboneNames,
    ),
  );
  for (const dimension of offeredDimensions()) command.addOption(dimensionOption(dimension));
  command
    .option(
      '--stage-rate <share>',
      "learning rate of the pre-trained stages as a share of the head's (0.1; 0.5 for small networks)",
      parseNumber,
    )
    .option('--views <count>', 'augmented views per example in the cache (4)', parseCount)
    .addOption(
      suggest(
        new Option(
          '--task <name>',
          `what is asked of each example (classification): ${tasks.names.join(', ')}`,
        ),
        tasks.known,
      ),
    )
    .addOption(
      suggest(
        new Option(
          '--objective <metric>',
          `metric that trials are compared by (accuracy): ${metrics.names.join(', ')}`,
        ),
        metrics.known,
      ),
    )
    .addOption(
      suggest(
        new Option(
          '--limit <cost=amount>',
          `most that the answer may cost, such as ${offeredCosts().map(exampleOf).join(' or ')}; repeat the option for several`,
        ).argParser(parseLimit(offeredCosts())),
        () => offeredCosts().map(({ name }) => `${name}=`),
      ),
    )
    .addOption(
      suggest(
        new Option(
          '--also <list>',
          `costs that the sampler nsga2 weighs beside the metric: ${offeredCosts()
            .map(({ name }) => name)
            .join(', ')}`,
        ).argParser(parseList),
        () => offeredCosts().map(({ name }) => name),
        { list: true },
      ),
    )
    .addOption(
      suggest(
        new Option(
          '--sampler <name>',
          `sampler that proposes trials (transfer): ${samplers.names.join(', ')}, or a plugin's`,
        ),
        () => withPlugins(samplers.known),
      ),
    )
    .addOption(
      suggest(
        new Option(
          '--pruner <name>',
          `pruner that stops losing trials (asha): ${pruners.names.join(', ')}, or a plugin's`,
        ),
        () => withPlugins(pruners.known),
      ),
    );
}

/** An amount of a cost as it is typed, such as latency=5ms. */
const exampleOf = ({ name, units }: Offer['costs'][number]): string =>
  `${name}=5${units[units.length >> 1]?.name ?? ''}`;

/** Builds the option of a dimension: a value fixes it, a list or a range searches it. */
function dimensionOption(dimension: OfferedDimension): Option {
  const { flag, help, usually, domain, namesIn } = dimension;
  const values = domain.kind === 'number' ? '<range or list>' : '<list>';
  const described = namesIn === undefined ? '' : `; ${perModality(namesIn)}`;
  const option = new Option(`--${flag} ${values}`, `${help} (${usually})${described}`).argParser(
    parseRange(dimension),
  );
  return domain.kind === 'number' ? option : suggest(option, () => domain.names, { list: true });
}

const perModality = (names: Readonly<Record<string, readonly string[]>>): string =>
  Object.entries(names)
    .map(([modality, own]) => `${modality}: ${own.join(', ')}`)
    .join('; ');

/** Names that plugins may add to. */
async function withPlugins(names: () => readonly string[]): Promise<readonly string[]> {
  await installedPlugins();
  return names();
}

const trainingOptions = (command: Command): Command =>
  command
    .addOption(new Option('--optimizer <name>', 'optimizer (adamw)').choices(optimizers.known()))
    .addOption(new Option('--schedule <name>', 'learning rate schedule (cosine)').choices(schedules.known()))
    .option(
      '--patience <count>',
      'end a trial after this many epochs without a better value of the metric (5)',
      parseCount,
    )
    .addOption(
      new Option(
        '--class-weights <name>',
        'weight classes equally (balanced), by number of examples (none), or equally if they differ by more than 10 to 1 (auto)',
      ).choices(['auto', 'none', 'balanced']),
    )
    .option(
      '--use-everything',
      'let the model also learn from the test split after the measurement (default with up to 2,000 training and validation examples)',
    )
    .option('--no-use-everything', 'keep the test split out of the model')
    .option(
      '--folds <number>',
      'compare everything on this many folds, 2 to 20, or with 0 on the validation split alone (5, or 0 above 2,000 training and validation examples)',
      parseWhole,
    )
    .option(
      '--seeds <count>',
      'train the trials that may be the answer under this many seeds, and compare them by their mean loss (1)',
      parseCount,
    )
    .option('--no-baseline', 'do not train the baseline from random weights')
    .option('--baseline-rates <list>', 'learning rates of that baseline (0.001)', parseNumbers)
    // Names of earlier versions.
    .addOption(new Option('--no-scratch').hideHelp())
    .addOption(new Option('--scratch-rates <list>').argParser(parseNumbers).hideHelp());

const dataOptions = (command: Command): Command =>
  command
    .option('--validation <share>', 'share of the examples in the validation split (0.15)', parseNumber)
    .option('--test <share>', 'share of the examples in the test split (0.15)', parseNumber)
    .addOption(
      suggest(
        new Option(
          '--layout <name>',
          `layout of the dataset, where it is not recognised: ${readers.names.join(', ')}, or a plugin's`,
        ),
        () => withPlugins(readers.known),
      ),
    )
    .option('--header', 'the first line of a CSV or TSV table holds column names')
    .option('--no-header', 'the first line is an example; the columns are named 1, 2, and so on')
    .option('--text <column>', 'text column of a table')
    .option('--label <column>', 'class column of a table')
    .option('--image-column <column>', 'image path column of a table')
    .option('--audio-column <column>', 'recording path column of a table')
    .option(
      '--group <pattern or name>',
      'regular expression on the path, or the name of a part of the file names, such as speaker; examples of one group stay in one split',
    )
    .option('--group-column <column>', 'group column of a table')
    .option(
      '--max-corrupt <share>',
      'largest share of unreadable, missing or contradictory examples to skip (0.05)',
      parseNumber,
    )
    .option('--drop-small-classes', 'leave out classes with fewer than 5 examples instead of stopping')
    .option('--commercial', 'refuse backbones whose licence does not clearly allow commercial use');

const placeOptions = (command: Command): Command =>
  command
    .option('--out <folder>', 'folder of the results (results/<dataset>)')
    .option('--cache <folder>', 'folder of the activation cache (ESPALIER_CACHE, or the user cache)')
    .option('--cache-size <gigabytes>', 'maximum size of the activation cache (10)', parseGigabytes)
    .option(
      '--experience <file>',
      "file by which studies learn from earlier ones, or none (ESPALIER_EXPERIENCE, or the user's data folder)",
    )
    .addOption(
      new Option('--engine <name>', 'engine: ONNX Runtime or TensorFlow.js (onnx)').choices([...engineNames]),
    )
    .addOption(
      new Option('--provider <name>', 'execution provider of ONNX Runtime (cpu)').choices([...providers]),
    )
    .option('--threads <count>', 'threads of the engine', parseCount);

/** Refuses options together with --resume: a study continues with its own settings. */
function requireResumeAlone(command: Command, dataset: string | undefined): void {
  if (dataset !== undefined)
    throw new UsageError('--resume continues a study with its own dataset; leave the dataset out');
  const other = command.options.find(
    (option) =>
      !['resume', 'json'].includes(option.attributeName()) &&
      command.getOptionValueSource(option.attributeName()) === 'cli',
  );
  if (other === undefined) return;
  throw new UsageError(
    `--resume continues a study with its own settings and does not take ${other.long}; start another study to change them`,
  );
}

async function search(dataset: string | undefined, options: SearchOptions): Promise<number> {
  const plan = await planned(dataset, options);
  const view = viewOf(options, plan.settings.budget);
  const interrupt = onInterrupt(view.say);
  try {
    await track(plan.folder, 'begin', view.say);
    view.finish(await plan.run({ onEvent: view.onEvent, signal: interrupt.signal }));
    return 0;
  } catch (error) {
    if (error !== interrupt.signal.reason) throw error;
    view.say(
      existsSync(journalPath(plan.folder))
        ? `Interrupted. Resume with: espalier search --resume ${quoted(shownPath(plan.folder))}`
        : 'Interrupted before the search began; there is nothing to resume.',
    );
    return interrupt.exitCode;
  } finally {
    if (existsSync(journalPath(plan.folder))) await track(plan.folder, 'end', view.say);
    view.close();
    interrupt.off();
  }
}

async function planned(dataset: string | undefined, options: SearchOptions): Promise<PlannedStudy> {
  const watch = { onTransfer: reportTransfer };
  if (options.resume !== undefined) return planResume(options.resume, watch);
  if (dataset === undefined && options.from === undefined) {
    throw new UsageError('give a dataset to search on, or --resume <folder>');
  }
  try {
    return await planSearch({ ...askedOf(dataset, options, commandLine()), ...watch });
  } catch (error) {
    throw asTyped(error);
  }
}

export const commandLine = (): string => ['espalier', ...process.argv.slice(2).map(quoted)].join(' ');

function viewOf(options: SearchOptions, limits: Limits): SearchView {
  const { stdout, stderr } = process;
  if (options.json === true) {
    return createJson(
      (line) => writeLine(stdout, line),
      (text) => writeLine(stderr, text),
    );
  }
  return stdout.isTTY ? createLive(stdout, limits) : createLines((line) => writeLine(stdout, line));
}
