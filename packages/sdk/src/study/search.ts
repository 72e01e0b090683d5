import { resolve } from 'node:path';
import { inspect } from 'node:util';
import { readDataset } from '@espalier/data';
import {
  currentOffer,
  outlookOf,
  resumeStudy,
  runStudy,
  type Outlook,
  type StudyOptions,
  type StudyResult,
} from '@espalier/runner';
import type { StudyRequest } from '@espalier/study';
import { readJournal } from '@espalier/study/folder';
import type { Backbone } from '@espalier/transfer';
import { defaultBackbones, findBackbone, lastingReference } from '../backbones/backbones.js';
import { checked } from '../check.js';
import { SdkError } from '../errors.js';
import { finishedStudy, type FinishedStudy } from './finished.js';
import {
  checkSearch,
  defaultCacheFolder,
  freeFolder,
  requireOffered,
  settle,
  watchSchema,
  type CheckedSearch,
  type SearchOptions,
  type WatchOptions,
} from './options.js';
import { grownOptions } from './grown.js';
import { installedPlugins, onPluginNote, openUsable } from '../backbones/plugins.js';
import { writeFindings } from '../report/report.js';

/** A study that is ready to start or to resume. */
export interface PlannedStudy {
  /** Absolute path of the study and its results. */
  readonly folder: string;
  readonly settings: StudyRequest;
  /**
   * Runs the study and writes model, report and card.
   *
   * @param watch replaces the callbacks of the plan's options
   * @throws the errors of `search`
   */
  readonly run: (watch?: Pick<WatchOptions, 'onEvent' | 'signal'>) => Promise<FinishedStudy>;
}

/**
 * Searches for the best transfer-learned classifier of a dataset, and writes its model, report and card.
 *
 * @throws SdkError for invalid options, before anything is written; DatasetError,
 *   BackboneError, OnnxError, StudyError, EngineError or ActivationError with a sentence for people; the
 *   signal's reason when it is stopped, after which `resume` continues
 */
export async function search(options: SearchOptions): Promise<FinishedStudy> {
  const plan = await planSearch(options);
  return plan.run();
}

/**
 * Resumes an interrupted study with its own settings; a finished one is measured again.
 *
 * @param folder of the study
 * @throws the errors of `search`; StudyError where there is no study, or another process runs it
 */
export async function resume(folder: string, options: WatchOptions = {}): Promise<FinishedStudy> {
  const plan = await planResume(folder, options);
  return plan.run();
}

/** A search whose options are checked and whose backbones are found. */
interface Prepared {
  readonly asked: CheckedSearch;
  readonly settings: StudyRequest;
  readonly options: StudyOptions;
}

async function prepareSearch(options: SearchOptions): Promise<Prepared> {
  const began = performance.now();
  const asked = checkSearch(await grownOptions(options));
  await installedPlugins();
  requireOffered(asked);
  const references = asked.backbones ?? [await defaultBackbone(asked)];
  const named = references.map((reference) => ({ reference, open: () => findBackbone(reference, asked) }));
  const { usable, notes } = await openUsable(named, asked.cache.folder ?? defaultCacheFolder());
  const backbones = usable.map(({ backbone }) => backbone);
  const lasting = await Promise.all(
    usable.map(({ reference, backbone }) => lastingReference(reference, backbone)),
  );
  const { settings, environment } = settle(asked, lasting, callOf(options));
  const folder = resolve(asked.folder ?? freeFolder(asked.dataset.path));
  const elapsedBefore = asked.elapsed + (performance.now() - began) / 1000;
  return { asked, settings, options: { folder, environment, backbones, notes, elapsedBefore } };
}

/** Checks the options of a search, and finds its backbones and its folder, without writing anything. */
export async function planSearch(asked: SearchOptions): Promise<PlannedStudy> {
  const { asked: watched, settings, options } = await prepareSearch(asked);
  return planned(options.folder, settings, watched, (watch) => runStudy(settings, { ...options, ...watch }));
}

/** What a search would do, and what it would cost on this machine. */
export interface SearchOutlook extends Outlook {
  readonly settings: StudyRequest;
  /** What was left out, a sentence each. */
  readonly notes: readonly string[];
}

/**
 * Reads what a search would read, and estimates what it would cost on this machine, without training.
 *
 * @throws the errors of `search`
 */
export async function estimateSearch(asked: SearchOptions): Promise<SearchOutlook> {
  const { asked: watched, settings, options } = await prepareSearch(asked);
  const { onEvent, signal } = watched;
  const watch = { ...(onEvent && { onEvent }), ...(signal && { signal }) };
  const outlook = await outlookOf(settings, { ...options, ...watch });
  return { ...outlook, settings, notes: [...(options.notes ?? []), ...outlook.notes] };
}

/** Reads the request of a study and finds its backbones again. */
export async function planResume(folder: string, options: WatchOptions = {}): Promise<PlannedStudy> {
  const asked = checked(watchSchema, options, 'resume');
  const place = resolve(folder);
  const { header, searchEnded } = await readJournal(place);
  const { settings } = header;
  await installedPlugins();
  // A finished study is measured again, for which its dataset is read.
  const missing = missingLayout(settings) ?? (searchEnded === null ? missingPart(settings) : null);
  if (missing !== null) throw gone(place, ...missing);
  const backbones = await Promise.all(
    settings.backbones.map((reference) => findAgain(place, reference, asked)),
  );
  return planned(place, settings, asked, (watch) => resumeStudy({ folder: place, backbones, ...watch }));
}

async function findAgain(folder: string, reference: string, { onTransfer }: WatchOptions): Promise<Backbone> {
  try {
    return await findBackbone(reference, { onTransfer });
  } catch (error) {
    throw error instanceof SdkError ? gone(folder, 'backbone', reference) : error;
  }
}

const gone = (folder: string, what: string, name: string): SdkError =>
  new SdkError(
    `the study in ${folder} cannot continue, because its ${what} '${name}' is missing: restore it, or install the plugin that provides it`,
  );

function planned(
  folder: string,
  settings: StudyRequest,
  asked: WatchOptions,
  start: (watch: Pick<WatchOptions, 'onEvent' | 'signal'>) => Promise<StudyResult>,
): PlannedStudy {
  const run: PlannedStudy['run'] = async ({ onEvent, signal } = asked) => {
    signal?.throwIfAborted();
    const end = onEvent && onPluginNote((text) => onEvent({ kind: 'note', text }));
    try {
      const result = await start({ ...(onEvent && { onEvent }), ...(signal && { signal }) });
      return finishedStudy(folder, result.trials, await writeFindings(result));
    } finally {
      end?.();
    }
  };
  return { folder, settings, run };
}

/** Finds a missing part of a study, such as that of a plugin; null where none is missing. */
function missingPart({ sampler, pruner }: StudyRequest): [what: string, name: string] | null {
  const { samplers, pruners } = currentOffer();
  if (!samplers.includes(sampler)) return ['sampler', sampler];
  return pruners.includes(pruner) ? null : ['pruner', pruner];
}

/** The layout of a study's dataset that nobody reads any more; null where it is read, or none was named. */
function missingLayout({ dataset: { layout } }: StudyRequest): [what: string, name: string] | null {
  return layout === undefined || currentOffer().layouts.includes(layout) ? null : ['layout', layout];
}

/** Finds the bundled backbone for the dataset's modality. */
async function defaultBackbone({ dataset }: CheckedSearch): Promise<string> {
  const { path, ...options } = dataset;
  const { modality } = await readDataset(path, options);
  return defaultBackbones[modality];
}

/** Formats the call for the report, so that it can be repeated. */
function callOf({
  onEvent: _,
  signal: __,
  onTransfer: ___,
  elapsed: ____,
  ...options
}: SearchOptions): string {
  const shown = inspect(options, { depth: null, maxArrayLength: null, maxStringLength: null, compact: 10 });
  return `search(${shown})`;
}
