import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import type { ReadOptions } from '@espalier/data';
import { studySettingsSchema, type StudySettings } from '@espalier/runner';
import type { NumberDimension } from '@espalier/search';
import type { z } from 'zod';
import { UsageError } from './failure.js';

/** Options of `espalier search` as commander hands them over. */
export interface SearchOptions {
  readonly backbone?: readonly string[];
  readonly trials?: number;
  readonly epochs?: number;
  readonly totalEpochs?: number;
  readonly time?: number;
  readonly out?: string;
  readonly resume?: string;
  readonly seed?: number;
  readonly depths?: readonly number[];
  readonly learningRate?: NumberDimension;
  readonly layerDecay?: NumberDimension;
  readonly weightDecay?: NumberDimension;
  readonly augment?: readonly string[];
  readonly views?: number;
  readonly batch?: number;
  readonly optimizer?: string;
  readonly schedule?: string;
  readonly patience?: number;
  readonly labelSmoothing?: number;
  readonly dropout?: number;
  readonly classWeights?: string;
  readonly sampler?: string;
  readonly pruner?: string;
  readonly validation?: number;
  readonly test?: number;
  readonly group?: string;
  readonly groupColumn?: string;
  readonly imageColumn?: string;
  readonly audioColumn?: string;
  readonly text?: string;
  readonly label?: string;
  readonly maxCorrupt?: number;
  readonly commercial?: boolean;
  readonly scratch: boolean;
  readonly scratchRates?: readonly number[];
  readonly provider?: string;
  readonly threads?: number;
  readonly cache?: string;
  readonly cacheSize?: number;
  readonly json?: boolean;
}

const DEFAULT_CACHE_BYTES = 10 * 2 ** 30;

/** Where activations are kept: `ESPALIER_CACHE`, else the user's cache folder. */
export const defaultCache = (): string =>
  process.env['ESPALIER_CACHE'] ||
  join(process.env['XDG_CACHE_HOME'] || join(homedir(), '.cache'), 'espalier');

/** How a dataset is read, of the options of a command. */
export const readOptionsOf = (options: SearchOptions): ReadOptions =>
  withoutUndefined({
    imageColumn: options.imageColumn,
    audioColumn: options.audioColumn,
    textColumn: options.text,
    labelColumn: options.label,
    groupColumn: options.groupColumn,
    groupPattern: options.group,
  });

/**
 * The settings of a study from its command line.
 *
 * @param backbones references that last, see `lastingReference`
 *
 * @throws UsageError naming the option whose value is out of range
 */
export function settingsOf(
  dataset: string,
  options: SearchOptions,
  backbones: readonly string[],
  command: string,
): StudySettings {
  const parsed = studySettingsSchema.safeParse(
    withoutUndefined({
      command,
      dataset: {
        path: resolve(dataset),
        ...readOptionsOf(options),
        validation: options.validation,
        test: options.test,
        maxCorruptFraction: options.maxCorrupt,
      },
      backbones: [...backbones],
      commercial: options.commercial,
      seed: options.seed,
      sampler: options.sampler,
      pruner: options.pruner,
      freezeDepths: options.depths,
      learningRate: options.learningRate,
      layerDecay: options.layerDecay,
      weightDecay: options.weightDecay,
      augmentation: options.augment,
      training: {
        batch: options.batch,
        optimizer: options.optimizer,
        schedule: options.schedule,
        labelSmoothing: options.labelSmoothing,
        dropout: options.dropout,
        classWeights: options.classWeights,
        views: options.views,
        patience: options.patience,
      },
      budget: {
        // With a limit of time alone, time decides how many trials there are.
        trials: options.trials ?? (options.time === undefined ? undefined : null),
        epochs: options.epochs,
        totalEpochs: options.totalEpochs,
        seconds: options.time,
      },
      scratch: options.scratch,
      scratchRates: options.scratchRates,
      cache: {
        folder: resolve(options.cache ?? defaultCache()),
        bytes: options.cacheSize ?? DEFAULT_CACHE_BYTES,
      },
      engine: { provider: options.provider, threads: options.threads },
    }),
  );
  if (parsed.success) return parsed.data;
  throw new UsageError(usageSentence(parsed.error));
}

/** Options whose names differ from the setting they give. */
const optionNames: Readonly<Record<string, string>> = {
  augmentation: 'augment',
  'budget.seconds': 'time',
  'cache.bytes': 'cache-size',
  'cache.folder': 'cache',
  'dataset.groupPattern': 'group',
  'dataset.labelColumn': 'label',
  'dataset.textColumn': 'text',
  'dataset.maxCorruptFraction': 'max-corrupt',
  freezeDepths: 'depths',
};

/** Parts of the settings that hold several options. */
const sections = new Set(['budget', 'cache', 'dataset', 'engine', 'training']);

function usageSentence(error: z.ZodError): string {
  const [issue] = error.issues;
  const names = (issue?.path ?? []).filter((part) => typeof part === 'string');
  const own = names.slice(0, sections.has(names[0] ?? '') ? 2 : 1);
  const option = optionNames[own.join('.')] ?? kebab(own.at(-1) ?? '');
  return `--${option} cannot be used as given: ${issue?.message}`;
}

const kebab = (name: string): string => name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);

function withoutUndefined(value: object): object {
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, item]) => item !== undefined)
      .map(([name, item]) => [name, isPlain(item) ? withoutUndefined(item) : item]),
  );
}

const isPlain = (value: unknown): value is object =>
  typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype;
