import { typedOf } from '@espalier/search';
import { estimateSearch, type SearchOutlook } from '@espalier/sdk';
import { counted, duration, thousands } from '@espalier/report/format';
import { askedOf, asTyped, type SearchOptions } from '../settings.js';
import { tableOf } from '../view/textTable.js';
import { reportTransfer } from '../view/transfer.js';
import { printable, writeLine } from '../view/view.js';
import type { Define } from './declare.js';
import { commandLine, searchOptions } from './search.js';

export const definePlan: Define = (command, finish) =>
  searchOptions(command)
    .option('--json', 'print one JSON object')
    .action(async (dataset: string, options: SearchOptions) => {
      const outlook = await estimated(dataset, options);
      const text = options.json === true ? JSON.stringify(factsOf(outlook)) : textOf(outlook);
      writeLine(process.stdout, text);
      finish(0);
    });

async function estimated(dataset: string, options: SearchOptions): Promise<SearchOutlook> {
  try {
    return await estimateSearch({
      ...askedOf(dataset, options, commandLine()),
      onTransfer: reportTransfer,
    });
  } catch (error) {
    throw asTyped(error);
  }
}

/** The outlook as plain data. */
function factsOf({ data, settings, ...outlook }: SearchOutlook) {
  const { name, modality, classes, splits, corrupt, leaks, notes } = data;
  const sizes = {
    train: splits.train.length,
    validation: splits.validation.length,
    test: splits.test.length,
  };
  const examples = { name, modality, classes, splits: sizes, corrupt, leaks: leaks.length, notes };
  const { budget, sampler, pruner, baseline } = settings;
  return {
    dataset: examples,
    ...outlook,
    budget,
    sampler,
    pruner,
    baseline,
    end: endOf({ data, settings, ...outlook }),
  };
}

/** What a search would end by, and after how many seconds. */
function endOf(outlook: SearchOutlook): { readonly by: 'time' | 'trials'; readonly seconds: number | null } {
  const { seconds } = outlook.settings.budget;
  const expected = expectedSeconds(outlook);
  if (seconds !== null && (expected === null || seconds <= expected)) return { by: 'time', seconds };
  return { by: 'trials', seconds: expected };
}

/** Seconds of a search that trains all its trials to the end, at depths in the middle; null where nothing limits them. */
function expectedSeconds(outlook: SearchOutlook): number | null {
  const { backbones, readingSeconds, settings } = outlook;
  const { trials } = settings.budget;
  if (trials === null) return null;
  const fixed = backbones.reduce((sum, one) => sum + one.featureSeconds + one.cacheSeconds, readingSeconds);
  const usual = backbones.map(({ depths }) => depths[Math.floor(depths.length / 2)]?.trialSeconds ?? 0);
  const mean = usual.reduce((a, b) => a + b, 0) / Math.max(1, usual.length);
  return fixed + trials * mean + outlook.writingSeconds;
}

const bytes = (count: number): string =>
  count < 2 ** 30 ? `${(count / 2 ** 20).toFixed(1)} MB` : `${(count / 2 ** 30).toFixed(2)} GB`;

function textOf(outlook: SearchOutlook): string {
  const { data, backbones, probes, settings, notes } = outlook;
  const { train, validation, test } = data.splits;
  return [
    `${printable(data.name)}: ${counted(data.classes.length, 'class', 'classes')}, ${counted(train.length, 'example')} to train, ` +
      `${thousands(validation.length)} to validate, ${thousands(test.length)} to test; read in ${duration(outlook.readingSeconds)}`,
    ...[...data.notes, ...notes].map(printable),
    ...backbones.flatMap(backboneText),
    '',
    `Probes and baselines on fixed features: ${probes.length}`,
    ...probes.map((title) => `  ${printable(title)}`),
    '',
    ...searchText(outlook),
    ...(settings.baseline ? ['A baseline from random weights follows the search.'] : []),
    endText(outlook),
  ].join('\n');
}

function backboneText(backbone: SearchOutlook['backbones'][number]): string[] {
  const {
    id,
    stages,
    parameters,
    cacheBytes,
    missing,
    views,
    featureSeconds,
    cacheSeconds,
    depths,
    modelBytes,
  } = backbone;
  const table = tableOf(['>freeze depth', '>operations a step and example', '>epoch', '>trial']);
  for (const { depth, work, epochSeconds, trialSeconds } of depths) {
    table.push([depth, thousands(work), duration(epochSeconds), duration(trialSeconds)]);
  }
  return [
    '',
    `${id}: ${counted(stages, 'stage')}, ${counted(parameters, 'parameter')}; model.onnx of about ${bytes(modelBytes)}`,
    `Activations: ${bytes(cacheBytes)}; ${thousands(missing)} of ${counted(views, 'view')} are missing, about ${duration(cacheSeconds)}; features for probes: about ${duration(featureSeconds)}`,
    table.toString(),
  ];
}

function searchText({ dimensions, settings }: SearchOutlook): string[] {
  const { trials, epochs } = settings.budget;
  const many = trials === null ? 'Trials until the time is up' : counted(trials, 'trial');
  const varied = dimensions.map(
    ({ label, backbone, range }) =>
      `  ${label}${backbone === null ? '' : ` of ${backbone}`}: ${typedOf(range)}`,
  );
  return [
    `${many} of at most ${counted(epochs, 'epoch')}, by ${settings.sampler} with ${settings.pruner}:`,
    ...varied,
  ];
}

function endText(outlook: SearchOutlook): string {
  const { by, seconds } = endOf(outlook);
  if (by === 'time') return `It would end by its time, ${duration(seconds ?? 0)}.`;
  return (
    `It would end by its trials, after about ${duration(seconds ?? 0)} if none is stopped early; ` +
    'comparing the best on folds and fitting the answer come on top. Times are estimates from a few examples; they can be off by a factor of two.'
  );
}
