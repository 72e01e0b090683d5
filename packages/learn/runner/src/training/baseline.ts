import { initialiseModel } from '@espalier/engine';
import type { Predictions } from '@espalier/metrics';
import { comparedBaselines } from '@espalier/search';
import {
  bestEpoch,
  gainOf,
  ranked,
  trialName,
  type Configuration,
  type EpochRecord,
  type Objective,
  type TrialRecord,
} from '@espalier/study';
import { plainLook } from '../caching/look.js';
import { encodeAll, onlyInputs } from '../backbone/inputs.js';
import type { PreparedBackbone } from '../backbone/backbone.js';
import { readWeights } from './checkpoint.js';
import { StudyError } from '../errors.js';
import { runPersisted, type PersistedRun } from './persisted.js';
import { predictAll } from './predictions.js';
import { policyOf, recipeFor } from '../study/recipe.js';
import type { Candidate } from '../study/candidates.js';
import { weightsPath } from '@espalier/study/folder';
import type { Session } from '../study/session.js';
import { freshHead, initialWeights } from './trainers.js';
import type { TrialOutcome } from './trial.js';
import { commonTask } from '../methods/tune/task.js';

/** Examples by which the fresh weights are scaled. */
const CALIBRATION_EXAMPLES = 16;

/** The same network without pre-training, measured. */
export interface BaselineResult {
  readonly trial: TrialRecord;
  readonly validation: EpochRecord;
  readonly test: Predictions;
}

/** The baseline from random weights, or a sentence that says why there is none. */
export type BaselineOutcome =
  | { readonly kind: 'trained'; readonly result: BaselineResult }
  | { readonly kind: 'none'; readonly why: string };

const none = (reason: string): BaselineOutcome => ({
  kind: 'none',
  why: `There is no baseline from random weights: ${reason}.`,
});

/** Measures the best baseline of a study whose trials are over. */
export async function measureBaseline(
  session: Session,
  trials: readonly TrialRecord[],
): Promise<BaselineOutcome> {
  const { settings, trainable } = session;
  if (!settings.baseline) return none('it was switched off');
  const baselines = comparedBaselines({ settings, trainable, trials });
  if (ranked(trials).length === 0) return none('no trial has a result that it could be compared with');
  if (baselines.length === 0) {
    const [winner] = ranked(trials);
    return winner !== undefined && trainable.includes(winner.configuration.backbone)
      ? none('not one epoch of it was expected to end in time')
      : none('an operator of the network has no gradient rule, so that it cannot be trained as a whole');
  }
  const result = await bestOf(session, baselines);
  if (result !== null) return { kind: 'trained', result };
  return none(
    settings.budget.seconds === null ? 'it failed at every learning rate' : (baselines[0]?.reason ?? ''),
  );
}

/** The network with random weights of the scale that its layers want. */
async function randomBackbone(session: Session, { prepared }: Candidate): Promise<PreparedBackbone> {
  const { engine, settings, data } = session;
  const { encoder } = prepared;
  const looked = data.splits.train
    .slice(0, CALIBRATION_EXAMPLES)
    .map((example) => plainLook(data.modality, example));
  const bucket = Math.max(...looked.map(({ example }) => encoder.bucketOf(example)));
  const feeds = onlyInputs(prepared.model, await encodeAll(encoder, looked, bucket));
  const model = await initialiseModel(engine, prepared.model, feeds, { seed: settings.seed });
  return { ...prepared, model, hash: `${prepared.hash} from random weights` };
}

export interface BaselineRun extends Omit<PersistedRun, 'task'> {
  readonly name: string;
  readonly configuration: Configuration;
  readonly epochs: number;
}

/** Trains a network from random weights, as a trial is trained. */
export async function runBaseline(session: Session, run: BaselineRun): Promise<TrialOutcome> {
  const { name, configuration, epochs } = run;
  const { settings } = session;
  const candidate = session.candidate(configuration.backbone);
  // Random weights take their time: patience would end them before they have begun to learn.
  const recipe = { ...recipeFor(session, configuration), patience: null };
  await session.cache(candidate, policyOf(recipe));
  const random = await randomBackbone(session, candidate);
  const head = freshHead(random, session.kind.outputs(session.labels), settings.seed, name);
  return runPersisted(session, {
    ...run,
    task: {
      ...commonTask(session),
      ...{ name, order: name, recipe, epochs, stageRate: 1, guarded: false, beginning: 'random weights' },
      prepared: random,
      activations: candidate.activations,
      initial: initialWeights(random, recipe, head),
      constants: new Map(),
    },
  });
}

/** Whether an epoch is better than another: by the objective, then by the loss. */
const isBetter = (a: EpochRecord, b: EpochRecord, objective: Objective): boolean => {
  const [own, other] = [gainOf(a, objective), gainOf(b, objective)];
  return own > other || (own === other && a.validationLoss < b.validationLoss);
};

async function bestOf(session: Session, trials: readonly TrialRecord[]): Promise<BaselineResult | null> {
  const scored = trials.flatMap((trial) => {
    const epoch = bestEpoch(trial.epochs);
    return epoch === null || trial.status === 'failed' ? [] : [{ trial, epoch }];
  });
  const [first, ...others] = scored;
  if (first === undefined) return null;
  const winner = others.reduce((a, b) => (isBetter(b.epoch, a.epoch, session.objective) ? b : a), first);
  const weights = await readWeights(weightsPath(session.folder, trialName(winner.trial)));
  if (weights === null) throw new StudyError('the weights of the baseline from random weights are gone');
  const { data, pool, signal, kind, labels } = session;
  const { configuration } = winner.trial;
  const candidate = session.candidate(configuration.backbone);
  const random = await randomBackbone(session, candidate);
  const trainer = await pool.get(random, recipeFor(session, configuration));
  trainer.reset(weights);
  const test = await predictAll(
    { trainer, activations: candidate.activations, depth: 0, kind, labels, signal },
    data.splits.test.map((example) => plainLook(data.modality, example)),
  );
  return { trial: winner.trial, validation: winner.epoch, test };
}
