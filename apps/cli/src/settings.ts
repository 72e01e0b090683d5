import { resolve } from 'node:path';
import { SdkError, type SearchOptions as SearchRequest } from '@espalier/sdk';
import { offeredDimensions } from '@espalier/search';
import type { Range } from '@espalier/study';
import { experiencePath } from '@espalier/study/experience';
import { UsageError } from './failure.js';

/** Options of `espalier search` as commander returns them; those of the dimensions have their own names. */
export interface SearchOptions extends Readonly<Record<string, unknown>> {
  readonly backbone?: readonly string[];
  readonly trials?: number;
  readonly epochs?: number;
  readonly totalEpochs?: number;
  readonly time?: number;
  readonly exhaust?: boolean;
  readonly out?: string;
  readonly resume?: string;
  /** Folder of the study that this one grows. */
  readonly from?: string;
  readonly seed?: number;
  readonly views?: number;
  readonly optimizer?: string;
  readonly schedule?: string;
  readonly patience?: number;
  readonly classWeights?: string;
  readonly task?: string;
  readonly objective?: string;
  /** Most that the answer may cost, by the names of the costs. */
  readonly limit?: Readonly<Record<string, number>>;
  readonly also?: readonly string[];
  readonly sampler?: string;
  readonly pruner?: string;
  readonly validation?: number;
  readonly test?: number;
  readonly group?: string;
  readonly groupColumn?: string;
  readonly layout?: string;
  readonly header?: boolean;
  readonly imageColumn?: string;
  readonly audioColumn?: string;
  readonly text?: string;
  readonly label?: string;
  readonly maxCorrupt?: number;
  readonly dropSmallClasses?: boolean;
  readonly commercial?: boolean;
  readonly useEverything?: boolean;
  readonly folds?: number;
  readonly seeds?: number;
  readonly stageRate?: number;
  readonly baseline: boolean;
  readonly baselineRates?: readonly number[];
  /** Name of the baseline in earlier versions. */
  readonly scratch: boolean;
  readonly scratchRates?: readonly number[];
  readonly engine?: string;
  readonly provider?: string;
  readonly threads?: number;
  readonly cache?: string;
  readonly cacheSize?: number;
  readonly experience?: string;
  readonly json?: boolean;
}

/** The file that an option or the environment names for the experience of earlier studies; null for none. */
export const experienceFile = (option: string | undefined): string | null =>
  option === 'none' ? null : option === undefined ? experiencePath() : resolve(option);

/**
 * Converts a command line into the request of a search. Names are passed on as typed: the search checks them.
 *
 * @param command the command line, for the report
 */
export function askedOf(dataset: string | undefined, options: SearchOptions, command: string): SearchRequest {
  const asked = {
    command,
    // Since the process began.
    elapsed: performance.now() / 1000,
    dataset: datasetOf(dataset, options),
    backbones: options.backbone,
    folder: options.out,
    from: options.from,
    ...{ task: options.task, objective: options.objective, limits: options.limit, also: options.also },
    ...{ seed: options.seed, sampler: options.sampler, pruner: options.pruner },
    useEverything: options.useEverything,
    folds: options.folds,
    seeds: options.seeds,
    commercial: options.commercial,
    // What is not switched off is as it is by default, or in the study that is grown.
    baseline: options.baseline && options.scratch ? undefined : false,
    baselineRates: options.baselineRates ?? options.scratchRates,
    space: rangesOf(options),
    training: trainingOf(options),
    budget: {
      trials: options.trials,
      epochs: options.epochs,
      totalEpochs: options.totalEpochs,
      seconds: options.time,
      exhaust: options.exhaust,
    },
    cache: { folder: options.cache, bytes: options.cacheSize },
    experience: experienceFile(options.experience) ?? undefined,
    engine: { name: options.engine, provider: options.provider, threads: options.threads },
  };
  return asked as SearchRequest;
}

/** Ranges of the dimensions on the command line, by their names. */
const rangesOf = (options: SearchOptions): Readonly<Record<string, Range>> =>
  Object.fromEntries(
    offeredDimensions().flatMap(({ name, flag }) => {
      const range = options[camel(flag)] as Range | undefined;
      return range === undefined ? [] : [[name, range] as const];
    }),
  );

const camel = (flag: string): string =>
  flag.replace(/-([a-z])/g, (_, letter: string) => letter.toUpperCase());

const datasetOf = (path: string | undefined, options: SearchOptions): object => ({
  path,
  layout: options.layout,
  header: options.header,
  imageColumn: options.imageColumn,
  audioColumn: options.audioColumn,
  textColumn: options.text,
  labelColumn: options.label,
  groupColumn: options.groupColumn,
  groupPattern: options.group,
  validation: options.validation,
  test: options.test,
  maxCorruptFraction: options.maxCorrupt,
  dropSmallClasses: options.dropSmallClasses,
});

const trainingOf = (options: SearchOptions): object => ({
  optimizer: options.optimizer,
  schedule: options.schedule,
  classWeights: options.classWeights,
  views: options.views,
  patience: options.patience,
  stageRate: options.stageRate,
});

/** Options whose names differ from their settings. */
const optionNames: Readonly<Record<string, string>> = {
  'budget.seconds': 'time',
  'cache.bytes': 'cache-size',
  'cache.folder': 'cache',
  'dataset.groupPattern': 'group',
  'dataset.labelColumn': 'label',
  'dataset.textColumn': 'text',
  'dataset.maxCorruptFraction': 'max-corrupt',
  'engine.name': 'engine',
  folder: 'out',
  limits: 'limit',
};

/** Sections of the request that hold several options. */
const sections = new Set(['budget', 'cache', 'dataset', 'engine', 'space', 'training']);

/** Converts an error so that it names the option of the command line. */
export function asTyped(error: unknown): unknown {
  if (!(error instanceof SdkError) || error.issue === null) return error;
  const { path, reason } = error.issue;
  const names = path.filter((part) => typeof part === 'string');
  const own = names.slice(0, sections.has(names[0] ?? '') ? 2 : 1);
  const option = flagOf(own) ?? optionNames[own.join('.')] ?? kebab(own.at(-1) ?? '');
  return new UsageError(`--${option} is invalid: ${reason}`);
}

/** Name of a dimension's option. */
const flagOf = ([section, name]: readonly string[]): string | undefined =>
  section === 'space' ? offeredDimensions().find((one) => one.name === name)?.flag : undefined;

const kebab = (name: string): string => name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
