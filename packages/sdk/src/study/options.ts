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

/** Path, columns and split of the examples (shares are 0..1). */
export type DatasetOptions = Settings['dataset'];
/** Limits of a search: `trials`, `epochs` per trial, `totalEpochs` of all trials, `seconds` of work. */
export type BudgetOptions = NonNullable<Settings['budget']>;
/** Training settings that are the same for every trial. */
export type TrainingOptions = NonNullable<Settings['training']>;
/** Engine: ONNX Runtime, with a provider and a number of threads, or TensorFlow.js (`name: 'tfjs'`). */
export type EngineOptions = NonNullable<Settings['engine']> & { readonly threads?: number };
/** Values of a dimension: one, a list, or a linear or logarithmic range. */
export type RangeOption = Range | Value | readonly Value[];
/** Ranges by the names of the dimensions; the others keep their default range. */
export type SpaceOptions = Readonly<Record<string, RangeOption>>;

/** Callbacks that watch a study, and a signal that stops it. */
export interface WatchOptions {
  /** Called for each event before the work continues; an exception ends the study. */
  readonly onEvent?: Listener;
  /** Stops the study. Every finished epoch is on disk, so `resume` continues without loss. */
  readonly signal?: AbortSignal;
  /** Called with the progress of a network's download. */
  readonly onTransfer?: TransferListener;
}

/** Options of a search. All but the dataset have defaults, which the runner's settings document. */
export interface SearchOptions extends WatchOptions {
  /** A folder of class folders, or a CSV, TSV, JSONL or Parquet table, optionally with its columns. */
  readonly dataset: string | DatasetOptions;
  /**
   * Pre-trained networks: a name of `listBackbones`, an ONNX file or its folder, `hf:owner/name`, or
   * `family=checkpoint`. By default the bundled one for the dataset's modality.
   */
  readonly backbones?: readonly string[];
  /**
   * Folder of a finished study that this one grows: its examples keep their splits, its settings are the defaults,
   * its best configurations are tried first, and its weights are where their training goes on.
   */
  readonly from?: string;
  /** Folder of the study and its results; by default `results/<dataset>`, numbered where that exists. */
  readonly folder?: string;
  /** By default 12 trials of at most 10 epochs; with `seconds` alone, time limits the number of trials. */
  readonly budget?: BudgetOptions;
  readonly space?: SpaceOptions;
  readonly training?: TrainingOptions;
  /** What is asked of each example; `classification` by default. */
  readonly task?: Settings['task'];
  /** The metric by which the search compares trials, such as `balancedAccuracy`; by default the task's own. */
  readonly objective?: Settings['objective'];
  /**
   * Most that the answer may cost, such as `{ latency: 5, size: 1e7 }`: milliseconds an example, bytes of the file,
   * seconds of training in the search. What cannot be within a limit is not trained.
   */
  readonly limits?: Settings['limits'];
  /** Costs, such as `latency`, that a sampler for several objectives (`nsga2`) weighs beside the metric. */
  readonly also?: Settings['also'];
  /** Sampler that proposes trials; `transfer` by default. */
  readonly sampler?: Settings['sampler'];
  /** Pruner that stops losing trials; `asha` by default. */
  readonly pruner?: Settings['pruner'];
  /** A whole number of 0 or more, which determines the split and the search. */
  readonly seed?: number;
  /** Refuses networks whose licence does not clearly allow commercial use. */
  readonly commercial?: boolean;
  /**
   * Whether the written model also learns from the test split after the measurement. By default it does with
   * at most 2,000 training and validation examples, unless the dataset has a test split of its own.
   */
  readonly useEverything?: boolean;
  /**
   * Folds on which probes, trials and averages are compared, 2 to 20; 0 compares on the validation split alone. By
   * default 5 for up to 2,000 training and validation examples, and 0 for more.
   */
  readonly folds?: number;
  /**
   * Seeds under which the trials that may be the answer are trained, 1 to 10, and compared by their mean loss; 1 by
   * default. Where folds judge, each seed has a repeat of them.
   */
  readonly seeds?: number;
  /** Whether to train a baseline from random weights; true by default. */
  readonly baseline?: boolean;
  /** Learning rates, above 0, to try for this baseline. */
  readonly baselineRates?: readonly number[];
  /** Folder of the activation cache (`ESPALIER_CACHE`, otherwise the user's cache folder) and its size limit (10 GiB). */
  readonly cache?: { readonly folder?: string; readonly bytes?: number };
  readonly engine?: EngineOptions;
  /**
   * File in which finished studies leave what their trials have gained, and from which later ones with the same
   * backbones learn; none by default.
   */
  readonly experience?: string;
  /** Command in the report; by default this call. */
  readonly command?: string;
  /** Seconds of `budget.seconds` that have passed already, such as those of starting the program. */
  readonly elapsed?: number;
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

/** Removes the default limit of trials if only the time is limited. */
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
  from: path.optional(),
  budget: z.preprocess(byTime, shape.budget),
  space: shape.space,
  training: shape.training,
  task: shape.task,
  objective: shape.objective,
  limits: shape.limits,
  also: shape.also,
  sampler: shape.sampler,
  pruner: shape.pruner,
  seed: shape.seed,
  commercial: shape.commercial,
  useEverything: shape.useEverything,
  folds: shape.folds,
  seeds: shape.seeds,
  baseline: shape.baseline,
  baselineRates: shape.baselineRates,
  cache: z
    .strictObject({ folder: path.optional(), bytes: cache.shape.bytes.default(10 * 2 ** 30) })
    .prefault({}),
  engine: shape.engine.unwrap().extend({ threads }).prefault({}),
  experience: path.optional(),
  command: z.string().optional(),
  elapsed: z.number().nonnegative().default(0),
});

/** Converts names of earlier versions. */
export const searchSchema = z.preprocess(formerAsked, optionsSchema);

/** Options that are checked, with their defaults. */
export type CheckedSearch = z.output<typeof searchSchema>;

/** @throws SdkError naming the invalid option */
export const checkSearch = (options: unknown): CheckedSearch => checked(searchSchema, options, 'search');

/** The request of a study, and the settings of this machine. */
export interface ResolvedSettings {
  readonly settings: StudyRequest;
  readonly environment: Environment;
}

/**
 * Resolves the settings of a study.
 *
 * @param backbones references that last, see `lastingReference`
 * @param command command for the report, if the options name none
 * @throws SdkError naming the option whose value is unknown or out of range
 */
export function settle(
  options: CheckedSearch,
  backbones: readonly string[],
  command: string,
): ResolvedSettings {
  const { dataset, space, budget, cache, training, task, objective, sampler, pruner, seed } = options;
  const { limits, also, commercial, useEverything, folds, seeds, baseline, baselineRates, engine } = options;
  const { threads, ...computing } = engine;
  const asked = {
    command: options.command ?? command,
    dataset: { ...dataset, path: resolve(dataset.path) },
    backbones,
    ...{ space, budget, training, task, sampler, pruner, seed, commercial, baseline, baselineRates },
    engine: computing,
    ...(options.from !== undefined && { from: resolve(options.from) }),
    ...(objective !== undefined && { objective }),
    ...(limits !== undefined && { limits }),
    ...(also !== undefined && { also }),
    ...(useEverything !== undefined && { useEverything }),
    ...(folds !== undefined && { folds }),
    ...(seeds !== undefined && { seeds }),
  };
  const settings = checked(studyRequestSchema, asked, 'search');
  const environment = {
    cache: { folder: resolve(cache.folder ?? defaultCacheFolder()), bytes: cache.bytes },
    ...(threads !== undefined && { threads }),
    ...(options.experience !== undefined && { experience: resolve(options.experience) }),
  };
  return { settings, environment };
}

/**
 * Refuses unknown or out-of-range values: the known samplers, pruners and dimensions
 * depend on the installed plugins.
 *
 * @throws SdkError naming the option
 */
export function requireOffered(
  options: Pick<StudyRequest, NamedOption> & Pick<CheckedSearch, 'engine'>,
): void {
  const { engine } = options;
  const foreign = foreignOption(engine.name as NonNullable<Computing['name']>, engine as Computing);
  if (foreign !== null) throw refused('search', ['engine', 'name'], foreign);
  const fault = faultOfRequest(options, currentOffer());
  if (fault !== null) throw refused('search', fault.path, fault.reason);
}

type NamedOption =
  'dataset' | 'task' | 'objective' | 'limits' | 'also' | 'sampler' | 'pruner' | 'training' | 'space';

/** Folder of the activation cache: `ESPALIER_CACHE`, otherwise in the user's cache folder. */
export const defaultCacheFolder = (): string =>
  process.env['ESPALIER_CACHE'] ||
  join(process.env['XDG_CACHE_HOME'] || join(homedir(), '.cache'), 'espalier');

/** Finds a free folder: `results/<dataset>`, with a number where that exists. */
export function freeFolder(dataset: string): string {
  const whole = resolve(dataset);
  const name = join('results', basename(whole, extname(whole)));
  if (!existsSync(name)) return name;
  let number = 2;
  while (existsSync(`${name}-${number}`)) number++;
  return `${name}-${number}`;
}
