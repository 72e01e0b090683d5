import { join } from 'node:path';
import {
  defaultPolicies,
  nouns,
  policies,
  viewCount,
  type PolicyName,
  type ScannedExample,
} from '@espalier/data';
import { createEngine, type Engine } from '@espalier/engine';
import { openFeatureStore, type FeatureShare, type FeatureStore } from '@espalier/features';
import { assertCommercialUse, type Backbone } from '@espalier/transfer';
import { look, openActivations, plainLook, type Activations, type Looked } from './activations.js';
import { prepareBackbone, type PreparedBackbone } from './backbone.js';
import { advice, createCacheBudget, type CacheBudget } from './cacheBudget.js';
import { classWeightsOf } from './classWeights.js';
import { StudyError } from './errors.js';
import type { Listener } from './events.js';
import { openData, type StudyData } from './examples.js';
import { appendEvent, type JournalEvent } from './journal.js';
import { judgingOf, withTest, type Judging } from './probes/judging.js';
import { openProbing, type OpenProbing } from './probes/open.js';
import type { StudySettings } from './settings.js';
import { depthsOf } from './spaces.js';
import { createStarts, type Starts } from './starts.js';
import { unreadNote } from './unread.js';
import { createTrainerPool, type TrainerPool } from './trainers.js';

/** One backbone of a study with its cache. */
export interface Candidate {
  readonly prepared: PreparedBackbone;
  readonly depths: readonly number[];
  readonly activations: Activations;
  /** Policies whose views fit the cache. */
  readonly policies: readonly PolicyName[];
}

/** An event of the journal before it is stamped with the time. */
export type Unstamped<E extends JournalEvent = JournalEvent> = E extends JournalEvent
  ? Omit<E, 'elapsed'>
  : never;

/** What is open while a process works on a study. */
export interface Session {
  readonly folder: string;
  readonly settings: StudySettings;
  readonly engine: Engine;
  readonly data: StudyData;
  readonly candidates: readonly Candidate[];
  readonly pool: TrainerPool;
  readonly emit: Listener;
  readonly signal: AbortSignal;
  /** Seconds of work on the study, those of earlier sessions included. */
  readonly elapsed: () => number;
  readonly record: (event: Unstamped) => Promise<void>;
  candidate(id: string): Candidate;
  /** By which examples everything is compared. */
  readonly judging: Judging;
  /** The probes of the study, opened when they are first asked for. */
  probing(): Promise<OpenProbing>;
  readonly starts: Starts;
  /** Probes that learn from the test split too. */
  probingEverything(): Promise<OpenProbing>;
  /** Makes sure that everything a trial under `policy` reads is cached. */
  cache(candidate: Candidate, policy: PolicyName): Promise<void>;
  close(): Promise<void>;
}

export interface SessionOptions {
  readonly folder: string;
  readonly settings: StudySettings;
  readonly backbones: readonly Backbone[];
  readonly emit: Listener;
  readonly signal: AbortSignal;
  /** Seconds that earlier sessions took. */
  readonly elapsedBefore: number;
  /** Keeps what happens, on the disk or elsewhere, when it returns; by default in the folder's journal. */
  readonly record?: (event: Unstamped) => Promise<void>;
  /** Where other machines' activations are found; nowhere by default. */
  readonly share?: FeatureShare;
}

export const checkpointPath = (folder: string, name: string): string =>
  join(folder, 'checkpoints', `${name}.bin`);
export const weightsPath = (folder: string, name: string): string => join(folder, 'weights', `${name}.bin`);

/** Reads the dataset, loads the backbones and opens the cache. */
export async function openSession(options: SessionOptions): Promise<Session> {
  const { folder, settings, emit, signal } = options;
  const started = performance.now();
  const elapsed = (): number => options.elapsedBefore + (performance.now() - started) / 1000;
  if (settings.commercial) options.backbones.forEach(assertCommercialUse);
  const engine = await createEngine(withoutUndefined(settings.engine));
  const data = await readData(settings, emit, signal);
  const { folder: cacheFolder, bytes: maxBytes } = settings.cache;
  const share = options.share && { share: options.share };
  const store = openFeatureStore({ folder: cacheFolder, maxBytes, ...share });
  const candidates: Candidate[] = [];
  const budget = createCacheBudget(maxBytes);
  for (const backbone of options.backbones) {
    signal.throwIfAborted();
    candidates.push(await openCandidate(backbone, { settings, engine, store, data, emit, budget }));
  }
  const balanced = classWeightsOf(settings, data);
  const judging = judgingOf(data, { seed: settings.seed, balanced });
  const context = { engine, store, settings, data, candidates, signal };
  const probing = once(() => openProbing(context, judging));
  const probingEverything = once(() => openProbing(context, withTest(judging, data)));
  const pool = createTrainerPool(engine, settings.training, data.classes.length);
  const cached = new Set<string>();
  const candidateOf = (id: string): Candidate => {
    const found = candidates.find(({ prepared }) => prepared.backbone.id === id);
    if (found === undefined) throw new StudyError(`the study has no backbone '${id}'`);
    return found;
  };
  return {
    folder,
    settings,
    engine,
    data,
    candidates,
    pool,
    emit,
    signal,
    elapsed,
    record:
      options.record ?? ((event) => appendEvent(folder, { ...event, elapsed: elapsed() } as JournalEvent)),
    candidate: candidateOf,
    cache: async (candidate, policy) => {
      const { id } = candidate.prepared.backbone;
      if (cached.has(`${id} ${policy}`)) return;
      const result = await candidate.activations.fill(wantedOf(data, settings, policy), {
        signal,
        onProgress: (done, total) => emit({ kind: 'progress', phase: 'caching', done, total }),
      });
      cached.add(`${id} ${policy}`);
      emit({ kind: 'cached', backbone: id, result });
    },
    judging,
    starts: createStarts({
      judging,
      trained: data.splits.train.length,
      prepared: (id) => candidateOf(id).prepared,
      probing: probing.get,
      probingEverything: probingEverything.get,
    }),
    probing: probing.get,
    probingEverything: probingEverything.get,
    close: async () => {
      await pool.dispose();
      for (const open of [probing, probingEverything]) await open.dispose();
      for (const { activations } of candidates) await activations.dispose();
      store.close();
    },
  };
}

interface Once<T> {
  get(): Promise<T>;
  dispose(): Promise<void>;
}

/** Opens something when it is first asked for. */
function once<T extends { dispose(): Promise<void> }>(open: () => Promise<T>): Once<T> {
  let opened: Promise<T> | null = null;
  return {
    get: () => (opened ??= open()),
    dispose: async () => (await opened)?.dispose(),
  };
}

async function readData(settings: StudySettings, emit: Listener, signal: AbortSignal): Promise<StudyData> {
  const { path, ...dataset } = settings.dataset;
  const data = await openData(path, {
    ...withoutUndefined(dataset),
    seed: settings.seed,
    signal,
    onProgress: (done, total) => emit({ kind: 'progress', phase: 'reading', done, total }),
  });
  emit({ kind: 'data', data });
  return data;
}

/** Exact optional properties: what is not given must be absent. */
function withoutUndefined<T extends object>(value: T): { [K in keyof T]: Exclude<T[K], undefined> } {
  const entries = Object.entries(value).filter(([, item]) => item !== undefined);
  return Object.fromEntries(entries) as { [K in keyof T]: Exclude<T[K], undefined> };
}

function requireModality({ id, modality }: Backbone, data: StudyData): void {
  if (modality === data.modality) return;
  throw new StudyError(
    `backbone ${id} is for ${nouns[modality]}s and the dataset ${data.name} holds ${nouns[data.modality]}s; ` +
      `choose a backbone for ${nouns[data.modality]}s with --backbone`,
  );
}

interface CandidateContext {
  readonly settings: StudySettings;
  readonly engine: Engine;
  readonly store: FeatureStore;
  readonly data: StudyData;
  readonly emit: Listener;
  readonly budget: CacheBudget;
}

async function openCandidate(backbone: Backbone, context: CandidateContext): Promise<Candidate> {
  const { settings, engine, store, data, emit } = context;
  requireModality(backbone, data);
  const opened = await prepareBackbone(backbone, settings.cache.folder);
  const prepared = withNotes(opened, [
    unreadNote(opened.encoder, Object.values(data.splits).flat()),
    narrowNote(opened, data),
  ]);
  const depths = depthsOf(prepared, settings.freezeDepths);
  const withScratch = settings.scratch && prepared.freezeDepths.includes(0);
  const activations = openActivations({
    store,
    engine,
    prepared,
    depths: withScratch ? [0, ...depths] : depths,
    batch: settings.training.batch,
  });
  emit({ kind: 'backbone', prepared, depths });
  for (const text of prepared.loaded.notes) emit({ kind: 'note', text: `${backbone.id}: ${text}` });
  const wanted = wantedPolicies(settings, data);
  const admitted = context.budget.admit(backbone.id, wanted, settings, data, activations.bytesOf);
  const dropped = wanted.filter((policy) => !admitted.includes(policy));
  if (dropped.length > 0) {
    const text = `${backbone.id}: augmentation ${dropped.join(', ')} is off, its views would not fit the cache; ${advice}`;
    emit({ kind: 'note', text });
  }
  return { prepared, depths, activations, policies: admitted };
}

/** A backbone with more facts that people should see. */
function withNotes(prepared: PreparedBackbone, notes: readonly (string | null)[]): PreparedBackbone {
  const { loaded } = prepared;
  const told = notes.filter((note) => note !== null);
  return { ...prepared, loaded: { ...loaded, notes: [...loaded.notes, ...told] } };
}

/** Features as narrow as the classes may be the scores of an old classifier, and leave a new one little to read. */
const narrowNote = ({ width, features }: PreparedBackbone, { classes }: StudyData): string | null =>
  width > classes.length
    ? null
    : `Its features '${features}' are ${width} ${width === 1 ? 'number' : 'numbers'} an example, no more than there are classes (${classes.length}): they may be the scores of an older classifier; features.tensor in espalier.json names another tensor.`;

/** The policies that are asked for, or the modality's usual ones. */
function wantedPolicies({ augmentation }: StudySettings, { modality }: StudyData): readonly PolicyName[] {
  const possible: readonly PolicyName[] = policies[modality];
  const wrong = augmentation?.find((policy) => !possible.includes(policy));
  if (wrong === undefined) return augmentation ?? defaultPolicies[modality];
  throw new StudyError(
    `there is no augmentation '${wrong}' for ${nouns[modality]}s; there are ${possible.join(', ')}`,
  );
}

/** Every view a study reads: all examples plain, and the training examples under the policy. */
function wantedOf(data: StudyData, settings: StudySettings, policy: PolicyName): Looked[] {
  const { train, validation, test } = data.splits;
  const views = viewCount(policy, settings.training.views);
  const plain = [...train, ...validation, ...test].map((example) => plainLook(data.modality, example));
  const augmented = train.flatMap((example: ScannedExample) =>
    Array.from({ length: views - 1 }, (_, i) => look(data.modality, example, policy, i + 1, settings.seed)),
  );
  return [...plain, ...augmented];
}
