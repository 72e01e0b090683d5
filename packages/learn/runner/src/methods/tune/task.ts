import type { ScannedExample } from '@espalier/data';
import type { Configuration } from '@espalier/study';
import { usualStageRate } from '../../backbone/groups.js';
import { policyOf, recipeFor } from '../../study/recipe.js';
import type { Session } from '../../study/session.js';
import type { WarmStart } from '../../growth/grow.js';
import type { Weights } from '../../training/checkpoint.js';
import { backboneOfWeights, constantsOf, trainedWeights, type Start } from '../../training/start.js';
import { freshHead, initialWeights } from '../../training/trainers.js';
import type { TrialTask } from '../../training/trial.js';

/** Which examples a configuration learns from, and what stops it. */
export interface TaskExamples {
  readonly train: readonly ScannedExample[];
  readonly validation: readonly ScannedExample[];
  /** Where it begins; fitted to the training examples alone. */
  readonly start: Start;
  readonly guarded: boolean;
  /** Weights of an earlier study to begin with instead; none by default. */
  readonly warm?: Weights | null;
}

/** The task of a trial in the search. */
export async function taskOf(
  session: Session,
  configuration: Configuration,
  name: string,
  epochs: number,
): Promise<TrialTask> {
  const { train, validation } = session.data.splits;
  const start = await session.starts.ofTrial(configuration.backbone);
  const warm = (await warmStartOf(session, configuration))?.weights ?? null;
  const examples = { train, validation, start, guarded: warm === null, warm };
  return tuningTask(session, configuration, { name, epochs }, examples);
}

/** What an earlier study has learnt with a configuration. */
export const warmStartOf = (session: Session, configuration: Configuration): Promise<WarmStart | null> =>
  session.warm.of(configuration, session.candidate(configuration.backbone).prepared.fingerprint);

/** The head that a trial begins with: the fitted one, where the task can use it. */
const headOf = (
  { kind, labels, settings }: Session,
  { prepared, head }: Start,
  name: string,
): Start['head'] =>
  kind.beginsFitted ? head : freshHead(prepared, kind.outputs(labels), settings.seed, name);

/** What it takes to train a configuration on some examples. */
export async function tuningTask(
  session: Session,
  configuration: Configuration,
  { name, epochs }: { readonly name: string; readonly epochs: number },
  { train, validation, start, guarded, warm = null }: TaskExamples,
): Promise<TrialTask> {
  const candidate = session.candidate(configuration.backbone);
  // Weights belong to the standardisation that they were trained with.
  const prepared = warm === null ? start.prepared : backboneOfWeights(candidate.prepared, warm);
  const recipe = recipeFor(session, configuration);
  await session.cache(candidate, policyOf(recipe));
  return {
    ...commonTask(session),
    ...{ name, recipe, train, validation, epochs },
    guarded: guarded && session.kind.beginsFitted,
    trainer: await session.pool.get(prepared, recipe),
    activations: candidate.activations,
    stageRate: recipe.stageRate ?? usualStageRate(prepared),
    initial:
      warm === null
        ? initialWeights(prepared, recipe.freezeDepth, headOf(session, start, name))
        : trainedWeights(warm),
    constants: warm === null ? start.constants : constantsOf(warm),
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
