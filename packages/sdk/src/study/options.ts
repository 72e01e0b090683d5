import { basename, extname, join, resolve } from 'node:path';
import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { foreignOption, type EngineOptions as Computing } from '@espalier/engine';
import { currentOffer, type Listener } from '@espalier/runner';
import {
  environmentSchema,
  faultOfRequest,
  formerAsked,
  studyRequestSchema,
  type Environment,
  type Range,
  type StudyRequest,
  type Value,
} from '@espalier/study';
import { z } from 'zod';
import { callback, checked, refused, stopper } from '../check.js';
import type { TransferListener } from '../backbones/backbones.js';

type Settings = z.input<typeof studyRequestSchema>;

/** Where the examples are, which columns they are in, and how they are divided (shares are 0..1). */
export type DatasetOptions = Settings['dataset'];
/** When a search ends: `trials`, `epochs` of a trial, `totalEpochs` of all trials, `seconds` of work. */
export type BudgetOptions = NonNullable<Settings['budget']>;
/** How every trial is trained, apart from what the search varies. */
export type TrainingOptions = NonNullable<Settings['training']>;
/** What computes: ONNX Runtime, with a provider and a number of threads, or TensorFlow.js (`name: 'tfjs'`). */
export type EngineOptions = NonNullable<Settings['engine']> & { readonly threads?: number };
/** Values of a dimension: one, a list, or two ends that may be apart in their logarithm. */
export type RangeOption = Range | Value | readonly Value[];
/** What the search varies, by the names of the dimensions; what is left out is searched as usual. */
export type SpaceOptions = Readonly<Record<string, RangeOption>>;

/** Who watches a study, and may stop it. */
export interface WatchOptions {
  /** Called for everything that happens, before the work goes on; what it throws ends the study. */
  readonly onEvent?: Listener;
  /** Stops the study. Every finished epoch is on the disk already: `resume` goes on with nothing lost. */
  readonly signal?: AbortSignal;
  /** Told how far the download of a network is. */
  readonly onTransfer?: TransferListener;
}

/** What a search is asked. All but the dataset has a default, which the runner's settings document. */
export interface SearchOptions extends WatchOptions {
  /** A folder of class folders, or a CSV, TSV, JSONL or Parquet table; with its columns where they are named. */
  readonly dataset: string | DatasetOptions;
  /**
   * Pre-trained networks: a name of `listBackbones`, an ONNX file or its folder, `hf:owner/name`, or
   * `family=checkpoint`. By default the one that comes along for what the dataset holds.
   */
  readonly backbones?: readonly string[];
  /** Where the study and its results go; by default `results/<dataset>`, numbered where that is taken. */
  readonly folder?: string;
  /** By default 12 trials of at most 10 epochs; with `seconds` alone, time decides how many trials. */
  readonly budget?: BudgetOptions;
  readonly space?: SpaceOptions;
  readonly training?: TrainingOptions;
  /** What is asked of each example; `classification` by default. */
  readonly task?: Settings['task'];
  /** The metric by which the search compares trials, such as `balancedAccuracy`; by default the task's own. */
  readonly objective?: Settings['objective'];
  /** What proposes trials; `tpe` by default. */
  readonly sampler?: Settings['sampler'];
  /** What stops losing trials; `asha` by default. */
  readonly pruner?: Settings['pruner'];
  /** A whole number of 0 or more: another seed is another split and search. */
  readonly seed?: number;
  /** Refuses networks whose licence does not clearly allow commercial use. */
  readonly commercial?: boolean;
  /**
   * Whether the written model learns from the test split too, once it is measured. By default it does with
   * at most 2,000 examples to train and validate, where the dataset does not set a test split apart itself.
   */
  readonly useEverything?: boolean;
  /** Whether the same network is also trained from random weights, for comparison; true by default. */
  readonly baseline?: boolean;
  /** Learning rates, above 0, that this baseline is tried with. */
  readonly baselineRates?: readonly number[];
  /** Where activations are kept (`ESPALIER_CACHE`, else the user's cache folder) and the most they take (10 GiB). */
  readonly cache?: { readonly folder?: string; readonly bytes?: number };
  readonly engine?: EngineOptions;
  /** What the report says started the study; by default this call. */
  readonly command?: string;
}

const { shape } = studyRequestSchema;
const { cache, threads } = environmentSchema.shape;

const path = z.string('give a path').min(1, 'it is empty; give a path');

const watchShape = {
  onEvent: callback<Listener>(),
  signal: stopper,
  onTransfer: callback<TransferListener>(),
};

export const watchSchema = z.strictObject(watchShape);

const datasetSchema = z.preprocess(
  (dataset) => (typeof dataset === 'object' ? dataset : { path: dataset }),
  shape.dataset.extend({ path }),
);

/** With a limit of time alone, time decides how many trials there are. */
const byTime = (budget: unknown): unknown => {
  if (typeof budget !== 'object' || budget === null || !('seconds' in budget)) return budget;
  const { seconds, trials } = { trials: undefined, ...budget };
  return trials === undefined && typeof seconds === 'number' ? { ...budget, trials: null } : budget;
};

const optionsSchema = z.strictObject({
  ...watchShape,
  dataset: datasetSchema,
  backbones: shape.backbones.optional(),
  folder: path.optional(),
  budget: z.preprocess(byTime, shape.budget),
  space: shape.space,
  training: shape.training,
  task: shape.task,
  objective: shape.objective,
  sampler: shape.sampler,
  pruner: shape.pruner,
  seed: shape.seed,
  commercial: shape.commercial,
  useEverything: shape.useEverything,
  baseline: shape.baseline,
  baselineRates: shape.baselineRates,
  cache: z
    .strictObject({ folder: path.optional(), bytes: cache.shape.bytes.default(10 * 2 ** 30) })
    .prefault({}),
  engine: shape.engine.unwrap().extend({ threads }).prefault({}),
  command: z.string().optional(),
});

/** Names of earlier versions are understood. */
export const searchSchema = z.preprocess(formerAsked, optionsSchema);

/** Options that are checked, with their defaults. */
export type CheckedSearch = z.output<typeof searchSchema>;

/** @throws SdkError naming the option that cannot be used */
export const checkSearch = (options: unknown): CheckedSearch => checked(searchSchema, options, 'search');

/** What a study is asked, and what is this machine's own. */
export interface Settled {
  readonly settings: StudyRequest;
  readonly environment: Environment;
}

/**
 * The settings of a study.
 *
 * @param backbones references that last, see `lastingReference`
 * @param command for the report, where the options give none
 * @throws SdkError naming the option whose value there is not, or is out of range
 */
export function settle(options: CheckedSearch, backbones: readonly string[], command: string): Settled {
  const { dataset, space, budget, cache, training, task, objective, sampler, pruner, seed } = options;
  const { commercial, useEverything, baseline, baselineRates, engine } = options;
  const { threads, ...computing } = engine;
  const asked = {
    command: options.command ?? command,
    dataset: { ...dataset, path: resolve(dataset.path) },
    backbones,
    ...{ space, budget, training, task, sampler, pruner, seed, commercial, baseline, baselineRates },
    engine: computing,
    ...(objective !== undefined && { objective }),
    ...(useEverything !== undefined && { useEverything }),
  };
  const settings = checked(studyRequestSchema, asked, 'search');
  const environment = {
    cache: { folder: resolve(cache.folder ?? defaultCacheFolder()), bytes: cache.bytes },
    ...(threads !== undefined && { threads }),
  };
  return { settings, environment };
}

/**
 * Refuses what nobody has, or what is out of its range: which samplers, pruners and dimensions there are
 * depends on the plugins that are installed.
 *
 * @throws SdkError naming the option
 */
export function requireOffered(options: Pick<StudyRequest, Named> & Pick<CheckedSearch, 'engine'>): void {
  const { engine } = options;
  const foreign = foreignOption(engine.name as NonNullable<Computing['name']>, engine as Computing);
  if (foreign !== null) throw refused('search', ['engine', 'name'], foreign);
  const fault = faultOfRequest(options, currentOffer());
  if (fault !== null) throw refused('search', fault.path, fault.reason);
}

type Named = 'dataset' | 'task' | 'objective' | 'sampler' | 'pruner' | 'training' | 'space';

/** Where activations are kept: `ESPALIER_CACHE`, else the user's cache folder. */
export const defaultCacheFolder = (): string =>
  process.env['ESPALIER_CACHE'] ||
  join(process.env['XDG_CACHE_HOME'] || join(homedir(), '.cache'), 'espalier');

/** `results/<dataset>`, with a number where that is taken. */
export function freeFolder(dataset: string): string {
  const whole = resolve(dataset);
  const name = join('results', basename(whole, extname(whole)));
  if (!existsSync(name)) return name;
  let number = 2;
  while (existsSync(`${name}-${number}`)) number++;
  return `${name}-${number}`;
}
