import { viewCount, type PolicyName, type ScannedExample } from '@espalier/data';
import { createEngine, type Engine, type EngineOptions } from '@espalier/engine';
import { openActivationStore, type ActivationShare } from '@espalier/activations';
import { spaceOf, writingSeconds, type Member } from '@espalier/search';
import type { Environment, Objective, SearchSpace, StudyRequest, Unstamped } from '@espalier/study';
import { objectiveOf, tasks, type Labels, type Task } from '@espalier/tasks';
import { assertCommercialUse, type Backbone } from '@espalier/transfer';
import { look, plainLook, type Looked } from '../caching/look.js';
import { keepShared } from '../caching/shared.js';
import { createCacheBudget } from '../caching/cacheBudget.js';
import { isTrainable, memberOf, openCandidate, type Candidate } from './candidates.js';
import { classWeightsOf } from './classWeights.js';
import { StudyError } from '../errors.js';
import { once } from '../once.js';
import type { Listener } from './events.js';
import { openData, type StudyData } from './examples.js';
import { datasetOptions } from './readData.js';
import type { Earlier } from '../growth/earlier.js';
import { splitsByContent } from '../growth/files.js';
import { requireSameModality, requireSameTask, warmStarts, type WarmStarts } from '../growth/grow.js';
import { judgingOf, withTest, type Judging } from '../probes/judging.js';
import { openProbing, type OpenProbing } from '../probes/open.js';
import { folderCheckpoints, type SessionCheckpoints } from './checkpoints.js';
import { commonRecipe } from './recipe.js';
import { createStarts, type Starts } from '../training/starts.js';
import { workByDepth } from '../backbone/work.js';
import { createTrainerPool, type TrainerPool } from '../training/trainers.js';

/** What is open while a process works on a study. */
export interface Session {
  readonly folder: string;
  readonly settings: StudyRequest;
  /** What the study searches. */
  readonly space: SearchSpace;
  /** What is asked of each example. */
  readonly kind: Task;
  readonly labels: Labels;
  /** What it is chosen by. */
  readonly objective: Objective;
  /** Ids of the backbones that can be trained as a whole. */
  readonly trainable: readonly string[];
  readonly engine: Engine;
  readonly data: StudyData;
  readonly candidates: readonly Candidate[];
  readonly pool: TrainerPool;
  readonly emit: Listener;
  readonly signal: AbortSignal;
  /** Seconds of work on the study, those of earlier sessions included. */
  readonly elapsed: () => number;
  /** Seconds that are left before the model has to be checked and the report written; Infinity without a limit. */
  readonly left: () => number;
  /**
   * The same session, whose training and caching end with a {@link TimeUp} once so many seconds of work on the
   * study have passed.
   */
  until(seconds: number): Session;
  readonly record: (event: Unstamped) => Promise<void>;
  /** Where the trials under way stand. */
  readonly checkpoints: SessionCheckpoints;
  candidate(id: string): Candidate;
  /** By which examples everything is compared. */
  readonly judging: Judging;
  /** The probes of the study, opened when they are first asked for. */
  probing(): Promise<OpenProbing>;
  readonly starts: Starts;
  /** The study that this one grows; null where there is none. */
  readonly earlier: Earlier | null;
  readonly warm: WarmStarts;
  /** Probes that learn from the test split too. */
  probingEverything(): Promise<OpenProbing>;
  /** Makes sure that everything a trial under `policy` reads is cached. */
  cache(candidate: Candidate, policy: PolicyName): Promise<void>;
  close(): Promise<void>;
}

export interface SessionOptions {
  readonly folder: string;
  readonly settings: StudyRequest;
  /** Of this machine. */
  readonly environment: Environment;
  /** The space of a study that has begun; made of its settings where it is absent. */
  readonly space?: SearchSpace;
  readonly backbones: readonly Backbone[];
  readonly emit: Listener;
  readonly signal: AbortSignal;
  /** Seconds that earlier sessions took. */
  readonly elapsedBefore: number;
  /** Keeps what happens when it returns. */
  readonly record: (event: Unstamped) => Promise<void>;
  /** Where the trials under way stand; by default in files of the folder. */
  readonly checkpoints?: SessionCheckpoints;
  /** Where other machines' activations are found; nowhere by default. */
  readonly share?: ActivationShare;
  /** The study that this one grows; none by default. */
  readonly earlier?: Earlier | null;
}

/** The time of something is up that can be done without. */
export class TimeUp extends StudyError {}

/** Most milliseconds that a timer waits. */
const LONGEST = 2 ** 31 - 1;

/** Aborts after some seconds, with a {@link TimeUp}; never where they are Infinity. */
function timer(seconds: number): AbortSignal {
  const controller = new AbortController();
  const milliseconds = 1000 * Math.max(0, seconds);
  if (milliseconds > LONGEST) return controller.signal;
  setTimeout(() => controller.abort(new TimeUp('the time is up')), milliseconds).unref();
  return controller.signal;
}

/** Reads the dataset, loads the backbones and opens the cache. */
export async function openSession(options: SessionOptions): Promise<Session> {
  const { folder, settings, environment, emit, signal } = options;
  const started = performance.now();
  const elapsed = (): number => options.elapsedBefore + (performance.now() - started) / 1000;
  if (settings.commercial) options.backbones.forEach(assertCommercialUse);
  const engine = await createEngine(engineOf(settings, environment));
  const data = await readData(options);
  const { folder: cacheFolder, bytes: maxBytes } = environment.cache;
  const share = options.share && { share: options.share };
  const store = openActivationStore({ folder: cacheFolder, maxBytes, ...share });
  const candidates: Candidate[] = [];
  const budget = createCacheBudget(maxBytes);
  for (const backbone of options.backbones) {
    signal.throwIfAborted();
    candidates.push(
      await openCandidate(backbone, { settings, environment, engine, store, data, emit, budget }),
    );
  }
  keepShared(candidates, budget, data);
  const kind = tasks.get(settings.task);
  const balanced = classWeightsOf(settings, data);
  const labels: Labels = { names: data.classes, weights: balanced };
  const objective = objectiveOf(kind, settings.objective);
  const judging = judgingOf(data, { seed: settings.seed, balanced, objective, folds: settings.folds });
  const left = (): number => {
    const { seconds } = settings.budget;
    return seconds === null ? Infinity : seconds - writingSeconds(seconds) - elapsed();
  };
  const context = { engine, store, settings, data, candidates, signal, left };
  const probing = once(() => openProbing(context, judging));
  const probingEverything = once(() => openProbing(context, withTest(judging, data)));
  const pool = createTrainerPool(engine, { outputs: kind.outputs(labels), loss: kind.loss });
  const measuredMember = (candidate: Candidate): Member => ({
    ...memberOf(candidate),
    work: workByDepth(candidate.prepared, kind.outputs(labels)),
  });
  const cached = new Set<string>();
  const candidateOf = (id: string): Candidate => {
    const found = candidates.find(({ prepared }) => prepared.backbone.id === id);
    if (found === undefined) throw new StudyError(`the study has no backbone '${id}'`);
    return found;
  };
  const starts = createStarts({
    judging,
    trained: data.splits.train.length,
    prepared: (id) => candidateOf(id).prepared,
    probing: probing.get,
    probingEverything: probingEverything.get,
  });
  const sessionOf = (own: AbortSignal): Session => ({
    folder,
    settings,
    space: options.space ?? spaceOf(settings.space, candidates.map(measuredMember)),
    ...{ kind, labels, objective },
    trainable: candidates.filter(isTrainable).map(({ prepared }) => prepared.backbone.id),
    engine,
    data,
    candidates,
    pool,
    emit,
    signal: own,
    elapsed,
    left,
    until: (seconds) => sessionOf(AbortSignal.any([signal, timer(seconds - elapsed())])),
    record: options.record,
    checkpoints: options.checkpoints ?? folderCheckpoints(folder, options.record),
    candidate: candidateOf,
    cache: async (candidate, policy) => {
      const { id } = candidate.prepared.backbone;
      if (cached.has(`${id} ${policy}`)) return;
      const result = await candidate.activations.fill(wantedOf(data, settings, policy), {
        signal: own,
        onProgress: (done, total) => emit({ kind: 'progress', phase: 'caching', done, total }),
      });
      cached.add(`${id} ${policy}`);
      emit({ kind: 'cached', backbone: id, result });
    },
    judging,
    earlier: options.earlier ?? null,
    warm: warmStarts(options.earlier ?? null, data),
    starts,
    probing: probing.get,
    probingEverything: probingEverything.get,
    close: async () => {
      await pool.dispose();
      for (const open of [probing, probingEverything]) await open.dispose();
      for (const { prefix } of candidates) await prefix.dispose();
      store.close();
    },
  });
  return sessionOf(signal);
}

/** The engine that is asked for, with the threads of the machine. */
const engineOf = ({ engine }: StudyRequest, { threads }: Environment): EngineOptions =>
  ({ ...engine, ...(threads !== undefined && { threads }) }) as EngineOptions;

/** @throws StudyError where a study should grow another that is not at hand, as on another machine */
function requireEarlier({ from }: StudyRequest, earlier: Earlier | null): void {
  if (from === undefined || earlier !== null) return;
  throw new StudyError(
    `a study grows another where that one lies: run espalier search --from ${from} on its machine`,
  );
}

async function readData({ settings, emit, signal, earlier = null }: SessionOptions): Promise<StudyData> {
  requireEarlier(settings, earlier);
  if (earlier !== null) requireSameTask(earlier, settings);
  const { path, options } = datasetOptions(settings);
  const data = await openData(path, {
    ...options,
    ...(earlier && { kept: splitsByContent(earlier.splits) }),
    signal,
    onProgress: (done, total) => emit({ kind: 'progress', phase: 'reading', done, total }),
  });
  if (earlier !== null) requireSameModality(earlier, data);
  emit({ kind: 'data', data });
  return data;
}

/** Every view a study reads: all examples plain, and the training examples under the policy. */
export function wantedOf(data: StudyData, settings: StudyRequest, policy: PolicyName): Looked[] {
  const { train, validation, test } = data.splits;
  const views = viewCount(data.modality, policy, commonRecipe(settings).views);
  const plain = [...train, ...validation, ...test].map((example) => plainLook(data.modality, example));
  const augmented = train.flatMap((example: ScannedExample) =>
    Array.from({ length: views - 1 }, (_, i) => look(data.modality, example, policy, i + 1, settings.seed)),
  );
  return [...plain, ...augmented];
}
