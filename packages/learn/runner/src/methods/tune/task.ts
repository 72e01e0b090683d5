import type { ScannedExample } from '@espalier/data';
import type { Configuration } from '@espalier/study';
import { adaptedBackbone } from '../../backbone/adapters.js';
import { usualStageRate } from '../../backbone/groups.js';
import { policyOf, recipeFor } from '../../study/recipe.js';
import { trialWeights } from '../../answer/weights.js';
import type { Weights } from '../../training/checkpoint.js';
import type { Recipe } from '@espalier/search';
import { bounded } from './rangeTest.js';
import type { Session } from '../../study/session.js';
import type { WarmStart } from '../../growth/grow.js';
import { backboneOfWeights, constantsOf, trainedWeights, type Start } from '../../training/start.js';
import { freshHead, initialWeights } from '../../training/trainers.js';
import { isHead } from '../../training/heads/head.js';
import type { TrialTask } from '../../training/trial.js';

/** Which examples a configuration learns from, and what stops it. */
export interface TaskExamples {
  readonly train: readonly ScannedExample[];
  readonly validation: readonly ScannedExample[];
  /** Where it begins; fitted to the training examples alone. */
  readonly start: Start;
  /** What it begins with instead; null for none. */
  readonly from: Beginning | null;
  readonly guarded: boolean;
}

/** Weights that something else has learnt, with the standardisation that they belong to. */
export interface Beginning {
  /** What has learnt them: "trial 3". */
  readonly title: string;
  readonly weights: Weights;
}

/** The task of a trial in the search. */
export async function taskOf(
  session: Session,
  configuration: Configuration,
  name: string,
  epochs: number,
  startedFrom: number | null,
): Promise<TrialTask> {
  const { train, validation } = session.data.splits;
  const start = await session.starts.ofTrial(configuration.backbone);
  const earlier = await warmStartOf(session, configuration);
  const from = earlier === null ? await startedAt(session, startedFrom) : earlierBeginning(earlier);
  const examples = { train, validation, start, from, guarded: earlier === null };
  const task = await tuningTask(session, configuration, { name, epochs }, examples);
  return isHead(task) ? { ...task, order: ORDER_OF_HEADS } : task;
}

/** Names the random draws that heads have in common, so that each may train beside any other. */
const ORDER_OF_HEADS = 'heads';

/** What an earlier study has learnt with a configuration. */
export const warmStartOf = (session: Session, configuration: Configuration): Promise<WarmStart | null> =>
  session.warm.of(configuration, session.candidate(configuration.backbone).prepared.fingerprint);

export const earlierBeginning = ({ weights }: WarmStart): Beginning => ({
  title: 'the earlier study',
  weights,
});

const startedAt = async (session: Session, startedFrom: number | null): Promise<Beginning | null> =>
  startedFrom === null
    ? null
    : { title: `trial ${startedFrom}`, weights: await trialWeights(session, startedFrom) };

const isFitted = ({ kind }: Session, recipe: Recipe): boolean =>
  kind.beginsFitted && recipe.start !== 'random';

/** The weights that a trial begins with: those of another trial, or the fitted head, where the task can use one. */
function beginningOf(
  session: Session,
  recipe: Recipe,
  { start: { prepared, head }, from }: Pick<TaskExamples, 'start' | 'from'>,
  name: string,
): Weights {
  const { kind, labels, settings } = session;
  const own = isFitted(session, recipe)
    ? head
    : freshHead(prepared, kind.outputs(labels), settings.seed, name);
  const initial = initialWeights(prepared, recipe, own);
  return from === null ? initial : new Map([...initial, ...trainedWeights(from.weights)]);
}

/** What a run is called, which names its random draws, and its most epochs. */
interface Run {
  readonly name: string;
  readonly epochs: number;
}

/** What it takes to train a configuration on some examples. */
export async function tuningTask(
  session: Session,
  configuration: Configuration,
  run: Run,
  examples: TaskExamples,
): Promise<TrialTask> {
  const task = await unboundedTask(session, configuration, run, examples);
  return bounded(session, task, configuration, async (name) => {
    const { train, validation } = session.data.splits;
    const start = await session.starts.ofTrial(configuration.backbone);
    const tested = { train, validation, start, from: null, guarded: false };
    return unboundedTask(session, configuration, { ...run, name }, tested);
  });
}

async function unboundedTask(
  session: Session,
  configuration: Configuration,
  { name, epochs }: Run,
  { train, validation, start, from, guarded }: TaskExamples,
): Promise<TrialTask> {
  const candidate = session.candidate(configuration.backbone);
  const recipe = recipeFor(session, configuration);
  const plain = from === null ? start.prepared : backboneOfWeights(candidate.prepared, from.weights);
  const prepared = adaptedBackbone(plain, recipe.adapterRank);
  await session.cache(candidate, policyOf(recipe));
  return {
    ...commonTask(session),
    ...{ name, recipe, train, validation, epochs, prepared },
    order: name,
    guarded: guarded && (from !== null || isFitted(session, recipe)),
    beginning: from === null ? 'the probe it started from' : `${from.title}, which it started from`,
    activations: candidate.activations,
    stageRate: recipe.stageRate ?? usualStageRate(prepared),
    initial: beginningOf(session, recipe, { start: { ...start, prepared }, from }, name),
    constants: from === null ? start.constants : constantsOf(from.weights),
  };
}

type Common = Pick<TrialTask, 'modality' | 'objective' | 'seed' | 'kind' | 'labels' | 'train' | 'validation'>;

/** What trials and baselines have in common. */
export function commonTask({ settings, data, objective, kind, labels }: Session): Common {
  return {
    modality: data.modality,
    objective,
    seed: settings.seed,
    ...{ kind, labels },
    train: data.splits.train,
    validation: data.splits.validation,
  };
}
