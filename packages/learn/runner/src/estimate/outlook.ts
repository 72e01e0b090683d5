import { viewCount, type PolicyName } from '@espalier/data';
import { dimensions, epochByForward, writingSeconds } from '@espalier/search';
import type { Range, SearchSpace, StudyRequest } from '@espalier/study';
import type { Model } from '@espalier/onnx';
import { isWithin, limitNotes, measureFirst } from '../costs/before.js';
import type { Candidate } from '../study/candidates.js';
import { commonRecipe } from '../study/recipe.js';
import { openSession, wantedOf, type Session } from '../study/session.js';
import type { StudyData } from '../study/examples.js';
import { requireOffered } from '../study/offer.js';
import { requireEnvironment, type StudyOptions } from '../study/study.js';
import { forwardSeconds } from './forward.js';

/** What trials of a backbone at one freeze depth cost. */
export interface DepthCost {
  readonly depth: number;
  /** Floating-point operations of a training step for an example. */
  readonly work: number;
  readonly epochSeconds: number;
  /** Of a trial that is trained to its last epoch. */
  readonly trialSeconds: number;
}

/** What a backbone costs in a study. */
export interface BackboneCost {
  readonly id: string;
  readonly stages: number;
  readonly parameters: number;
  /** Bytes of activations that trials and the baseline read. */
  readonly cacheBytes: number;
  /** Views of examples that are not in the cache yet, of how many. */
  readonly missing: number;
  readonly views: number;
  /** Seconds to compute the features for probes, and the activations for trials, that are missing. */
  readonly featureSeconds: number;
  readonly cacheSeconds: number;
  readonly depths: readonly DepthCost[];
  /** About the bytes of a model.onnx with it: its weights. */
  readonly modelBytes: number;
}

/** A dimension that the study searches. */
export interface SearchedDimension {
  readonly name: string;
  readonly label: string;
  /** The backbone whose range it is; null where it is that of all. */
  readonly backbone: string | null;
  readonly range: Range;
}

/** What a study would do, and what it would cost on this machine. */
export interface Outlook {
  readonly data: StudyData;
  /** Seconds that reading the dataset and loading the backbones took. */
  readonly readingSeconds: number;
  readonly backbones: readonly BackboneCost[];
  /** What the probes and baselines read, in their order. */
  readonly probes: readonly string[];
  readonly dimensions: readonly SearchedDimension[];
  /** Seconds of checking the model and writing the report. */
  readonly writingSeconds: number;
  /** What limits would leave out, a sentence each. */
  readonly notes: readonly string[];
}

/**
 * Reads what a study would read, and estimates what it would cost on this machine. Nothing is trained, and nothing
 * is written but what backbones keep in the cache.
 *
 * @throws the errors of `runStudy`, LimitError where nothing would be within the limits among them
 */
export async function outlookOf(settings: StudyRequest, options: StudyOptions): Promise<Outlook> {
  requireOffered(settings);
  const { folder, backbones, elapsedBefore = 0 } = options;
  const session = await openSession({
    ...{ folder, settings, backbones, elapsedBefore },
    environment: requireEnvironment(options.environment, folder),
    emit: options.onEvent ?? (() => undefined),
    signal: options.signal ?? new AbortController().signal,
    // Nothing happens in it.
    record: () => Promise.resolve(),
  });
  try {
    return await outlookOn(session);
  } finally {
    await session.close();
  }
}

/** Estimates what a study that is open would cost, by running each frozen network on a few examples. */
async function outlookOn(session: Session): Promise<Outlook> {
  const { settings, candidates, space } = session;
  const readingSeconds = session.elapsed();
  const measured = await measureFirst(session);
  const probing = await session.probing();
  const backbones: BackboneCost[] = [];
  for (const candidate of candidates) backbones.push(await costOf(session, candidate));
  return {
    data: session.data,
    readingSeconds,
    backbones,
    probes: probing.plans
      .filter((plan) => isWithin(settings, plan, measured))
      .map(({ backbone, title }) => (backbone === null ? `${title}, no network` : `${backbone}, ${title}`)),
    dimensions: searchedIn(space),
    writingSeconds: writingSeconds(settings.budget.seconds ?? Infinity),
    notes: await limitNotes(session, measured),
  };
}

async function costOf(
  session: Session,
  { prepared, activations, policies }: Candidate,
): Promise<BackboneCost> {
  const { settings, engine, data, space } = session;
  const { id } = prepared.backbone;
  const each = await forwardSeconds(engine, prepared, data.splits.train);
  const choice = space.backbones.find((one) => one.id === id);
  const work = choice?.work ?? [];
  // The views of the first policy, with which a search begins.
  const policy: PolicyName = policies.find((name) => viewCount(data.modality, name, 2) > 1) ?? 'none';
  const wanted = wantedOf(data, settings, policy);
  const missing = activations.missing(wanted);
  const everything = Object.values(data.splits).flat();
  const { batch } = commonRecipe(settings);
  const { leastSteps } = settings.training;
  const depths = activations.depths.map((depth): DepthCost => {
    const own = work[depth] ?? NaN;
    const pass = { seconds: each, work };
    const epochSeconds = epochByForward(pass, own, data.splits.train.length, { batch, leastSteps });
    return { depth, work: own, epochSeconds, trialSeconds: epochSeconds * settings.budget.epochs };
  });
  return {
    id,
    stages: prepared.stages.length,
    parameters: prepared.parameterCount,
    cacheBytes: wanted.reduce((sum, { example }) => sum + activations.bytesOf(example), 0),
    missing,
    views: wanted.length,
    featureSeconds: each * (await session.probing()).source(id).missing(everything),
    cacheSeconds: each * missing,
    depths,
    modelBytes: bytesOf(prepared.model) + 4 * (prepared.width + 1) * data.classes.length,
  };
}

const bytesOf = ({ graph }: Model): number =>
  [...graph.initializers.values()].reduce((sum, { data }) => sum + data.byteLength, 0);

/** The dimensions of a space that have more than one value, in the order of the registry. */
function searchedIn(space: SearchSpace): SearchedDimension[] {
  const all = [{ id: null, ranges: space.ranges }, ...space.backbones];
  return dimensions.entries().flatMap(([name, { label }]) =>
    all.flatMap(({ id, ranges }): SearchedDimension[] => {
      const range = ranges[name];
      if (range === undefined || (range.kind === 'choices' && range.values.length < 2)) return [];
      return [{ name, label, backbone: id, range }];
    }),
  );
}
