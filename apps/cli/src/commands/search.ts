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
import { offeredDimensions, pruners, samplers, schedules } from '@espalier/search';
import type { OfferedDimension } from '@espalier/study';
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
  command.option('--resume <folder>', 'go on with the study in this folder');
  budgetOptions(command);
  spaceOptions(command);
  trainingOptions(command);
  dataOptions(command);
  placeOptions(command);
  command.action(async (dataset: string | undefined, options: SearchOptions) => {
    if (options.resume !== undefined) requireResumeAlone(command, dataset);
    finish(await search(dataset, options));
  });
};

const budgetOptions = (command: Command): Command =>
  command
    .option('--trials <count>', 'most trials (12 without --time)', parseCount)
    .option('--epochs <count>', 'most epochs of a trial (10)', parseCount)
    .option('--total-epochs <count>', 'most epochs of all trials together', parseCount)
    .option('--time <duration>', 'most time, such as 90s, 10m or 2h', parseDuration)
    .option('--seed <number>', 'another seed is another split and search (0)', parseWhole);

function spaceOptions(command: Command): void {
  command.addOption(
    suggest(
      new Option(
        '--backbone <name or path>',
        `pre-trained network; repeat it to search several (by modality: ${Object.values(defaultBackbones).join(', ')})`,
      ).argParser(collect),
      backboneNames,
    ),
  );
  for (const dimension of offeredDimensions()) command.addOption(dimensionOption(dimension));
  command
    .option(
      '--stage-rate <share>',
      "rate of the pre-trained stages as a share of the head's (0.1; 0.5 for small networks)",
      parseNumber,
    )
    .option('--views <count>', 'augmented views cached for each example (4)', parseCount)
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
          '--sampler <name>',
          `what proposes trials (tpe): ${samplers.names.join(', ')}, or a plugin's`,
        ),
        () => withPlugins(samplers.known),
      ),
    )
    .addOption(
      suggest(
        new Option(
          '--pruner <name>',
          `what stops losing trials (asha): ${pruners.names.join(', ')}, or a plugin's`,
        ),
        () => withPlugins(pruners.known),
      ),
    );
}

/** The option of a dimension: a value fixes it, a list or a range searches it. */
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

/** Names that are known once the plugins are looked for. */
async function withPlugins(names: () => readonly string[]): Promise<readonly string[]> {
  await installedPlugins();
  return names();
}

const trainingOptions = (command: Command): Command =>
  command
    .addOption(new Option('--optimizer <name>', '(adamw)').choices(optimizers.known()))
    .addOption(new Option('--schedule <name>', 'of the learning rate (cosine)').choices(schedules.known()))
    .option('--patience <count>', 'epochs without a better accuracy that end a trial (5)', parseCount)
    .addOption(
      new Option(
        '--class-weights <name>',
        'classes count alike (balanced), by their examples (none), or alike where they are more than 10 to 1 (auto)',
      ).choices(['auto', 'none', 'balanced']),
    )
    .option(
      '--use-everything',
      'learn from the test split too once the answer is measured (with up to 2,000 examples to train and validate)',
    )
    .option('--no-use-everything', 'keep the test split out of the model')
    .option('--no-baseline', 'do not train the same network from random weights for comparison')
    .option('--baseline-rates <list>', 'learning rates of that baseline (0.001)', parseNumbers)
    // As earlier versions called them.
    .addOption(new Option('--no-scratch').hideHelp())
    .addOption(new Option('--scratch-rates <list>').argParser(parseNumbers).hideHelp());

const dataOptions = (command: Command): Command =>
  command
    .option('--validation <share>', 'share of the examples to validate on (0.15)', parseNumber)
    .option('--test <share>', 'share of the examples to test on (0.15)', parseNumber)
    .addOption(
      suggest(
        new Option(
          '--layout <name>',
          `how the dataset lies on the disk, where that is not seen: ${readers.names.join(', ')}, or a plugin's`,
        ),
        () => withPlugins(readers.known),
      ),
    )
    .option('--header', 'the first line of a CSV or TSV table names the columns')
    .option('--no-header', 'it is an example; the columns are called 1, 2, and so on')
    .option('--text <column>', 'table column of the text')
    .option('--label <column>', 'table column of the class')
    .option('--image-column <column>', "table column of the image's path")
    .option('--audio-column <column>', "table column of the recording's path")
    .option(
      '--group <pattern or name>',
      'regular expression on the path, or what a part of the file names is, such as speaker; examples of one group stay together',
    )
    .option('--group-column <column>', 'table column of the group')
    .option(
      '--max-corrupt <share>',
      'share of unreadable, missing or contradictory examples that may be skipped (0.05)',
      parseNumber,
    )
    .option('--drop-small-classes', 'leave out classes of fewer than 5 examples instead of stopping')
    .option('--commercial', 'refuse backbones whose licence does not clearly allow commercial use');

const placeOptions = (command: Command): Command =>
  command
    .option('--out <folder>', 'where the results go (results/<dataset>)')
    .option('--cache <folder>', 'where activations are kept (ESPALIER_CACHE, or the user cache)')
    .option('--cache-size <gigabytes>', 'most the activations may take (10)', parseGigabytes)
    .addOption(
      new Option('--engine <name>', 'what computes: ONNX Runtime or TensorFlow.js (onnx)').choices([
        ...engineNames,
      ]),
    )
    .addOption(new Option('--provider <name>', 'where ONNX Runtime computes (cpu)').choices([...providers]))
    .option('--threads <count>', 'threads of the engine', parseCount)
    .option('--json', 'one JSON object a line');

/** A study goes on as it began; an option that would be ignored is an error. */
function requireResumeAlone(command: Command, dataset: string | undefined): void {
  if (dataset !== undefined) throw new UsageError('--resume goes on with a study and takes no dataset');
  const other = command.options.find(
    (option) =>
      !['resume', 'json'].includes(option.attributeName()) &&
      command.getOptionValueSource(option.attributeName()) === 'cli',
  );
  if (other === undefined) return;
  throw new UsageError(
    `--resume goes on with a study as it began and takes no ${other.long}; start another study to change it`,
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
        ? `Interrupted. Go on with: espalier search --resume ${quoted(shownPath(plan.folder))}`
        : 'Interrupted before the search began; there is nothing to go on with.',
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
  if (dataset === undefined) throw new UsageError('give a dataset to search on, or --resume <folder>');
  try {
    return await planSearch({ ...askedOf(dataset, options, commandLine()), ...watch });
  } catch (error) {
    throw asTyped(error);
  }
}

const commandLine = (): string => ['espalier', ...process.argv.slice(2).map(quoted)].join(' ');

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
