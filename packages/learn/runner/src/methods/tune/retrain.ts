import { adaptedBackbone } from '../../backbone/adapters.js';
import type { ScannedExample } from '@espalier/data';
import { plainLook } from '../../caching/look.js';
import { readWeights, type Weights } from '../../training/checkpoint.js';
import { RetrainingFailed, type Descended, type Members } from '../method.js';
import { meanWeights } from './soup.js';
import { runPersisted } from '../../training/persisted.js';
import { predictAll } from '../../training/predictions.js';
import { recipeFor } from '../../study/recipe.js';
import { bestEpoch, type TrialRecord } from '@espalier/study';
import { earlierBeginning, tuningTask, warmStartOf, type Beginning } from './task.js';
import { weightsPath } from '@espalier/study/folder';
import type { Session } from '../../study/session.js';
import { backboneOfWeights, trainedWeights, type Start } from '../../training/start.js';

/** Epochs a trial is trained for where nothing chooses among them: those after which it was best. */
const epochsOf = ({ epochs }: Pick<TrialRecord, 'epochs'>): number => bestEpoch(epochs)?.epoch ?? 1;

interface Retraining extends Descended, RetrainingExamples {}

/** What trials are trained on again. */
export interface RetrainingExamples {
  /** Names the examples in its files and its random draws. */
  readonly scope: string;
  readonly train: readonly ScannedExample[];
  /** Where it begins; fitted to the same examples. */
  readonly start: () => Promise<Start>;
  /** Whether some of the earlier study's training examples are kept from it, so that it cannot begin with its weights. */
  readonly apart?: boolean;
}

/**
 * Trains a trial's configuration on other examples, for as many epochs as were best for it, behind those that it
 * goes back to. What was trained before an interruption is not trained again.
 */
async function retrain(session: Session, retraining: Retraining): Promise<Weights> {
  const { scope, trial, train, start, apart = false } = retraining;
  const { settings, data, emit, folder } = session;
  const name = `trial-${trial.number}-${scope}`;
  const path = weightsPath(folder, name);
  const known = await readWeights(path);
  if (known !== null) return known;
  const begun = await start();
  const validation = data.splits.validation;
  const earlier = await warmStartOf(session, trial.configuration);
  // What begins anew needs the epochs of the earlier study, too.
  const before = apart ? (earlier?.epochs ?? 0) : 0;
  const from = earlier !== null && !apart ? earlierBeginning(earlier) : await parentOf(session, retraining);
  const examples = { train, validation, start: begun, from, guarded: false };
  const task = await tuningTask(
    session,
    trial.configuration,
    { name, epochs: before + settings.budget.epochs },
    examples,
  );
  const outcome = await runPersisted(session, {
    task: {
      ...task,
      stopAfter: before + epochsOf(trial),
      keepsAverage: bestEpoch(trial.epochs)?.averaged !== undefined,
      recipe: { ...task.recipe, patience: null },
    },
    known: [],
    decide: () => null,
    onStep: (done, total) => emit({ kind: 'progress', phase: 'judging', done, total }),
    event: () => null,
  });
  await session.checkpoints.remove(name);
  const weights = await readWeights(path);
  if (weights === null)
    throw new RetrainingFailed(`trial ${trial.number} cannot be trained again: ${outcome.reason}`);
  return weights;
}

/** What the last of those that a trial goes back to learns of the same examples; null where it goes back to none. */
async function parentOf(session: Session, retraining: Retraining): Promise<Beginning | null> {
  const { ancestors } = retraining;
  const trial = ancestors.at(-1);
  if (trial === undefined) return null;
  const weights = await retrain(session, { ...retraining, trial, ancestors: ancestors.slice(0, -1) });
  return { title: `trial ${trial.number}`, weights };
}

/** Trains configurations again on the same examples; gives the mean of their weights. */
export async function retrainAll(
  session: Session,
  members: Members,
  examples: RetrainingExamples,
): Promise<Weights> {
  const weights: Weights[] = [];
  for (const member of members) weights.push(await retrain(session, { ...member, ...examples }));
  return meanWeights(weights);
}

/** Probabilities of examples by the weights of a configuration. */
export async function predictWith(
  session: Session,
  trial: TrialRecord,
  weights: Weights,
  examples: readonly ScannedExample[],
): Promise<Float32Array> {
  const { data, pool, signal, kind, labels } = session;
  const { activations, prepared } = session.candidate(trial.configuration.backbone);
  const recipe = recipeFor(session, trial.configuration);
  const own = adaptedBackbone(backboneOfWeights(prepared, weights), recipe.adapterRank);
  const trainer = await pool.get(own, recipe);
  trainer.reset(trainedWeights(weights));
  const looked = examples.map((example) => plainLook(data.modality, example));
  const depth = recipe.freezeDepth;
  const options = { trainer, activations, depth, kind, labels, signal };
  const { probabilities } = await predictAll(options, looked);
  return probabilities as Float32Array;
}

/**
 * What configurations say, by the mean of their weights, of each labelled example when they have not learnt from
 * it: trained anew on the other folds.
 *
 * @param seed names the random draws, and the repeat of the folds
 * @returns [labelled, classes]
 */
export async function foldTrials(session: Session, members: Members, seed = 1): Promise<Float32Array> {
  const [{ trial }] = members;
  const { judging, data, starts } = session;
  const { assignments } = judging.plan;
  const fold = assignments[(seed - 1) % assignments.length] as Int32Array;
  const classes = data.classes.length;
  const result = new Float32Array(judging.labelled.length * classes);
  for (let f = 0; f < judging.plan.folds; f++) {
    session.signal.throwIfAborted();
    const inside = judging.labelled.filter((_, row) => fold[row] !== f);
    const outside = judging.labelled.flatMap((_, row) => (fold[row] === f ? [row] : []));
    const trained = await retrainAll(session, members, {
      scope: seed === 1 ? `fold-${f}` : `seed-${seed}-fold-${f}`,
      train: inside,
      apart: true,
      start: () => starts.on(trial.configuration.backbone, (row) => fold[row] !== f),
    });
    const examples = outside.map((row) => judging.labelled[row] as ScannedExample);
    const probabilities = await predictWith(session, trial, trained, examples);
    outside.forEach((row, i) => {
      result.set(probabilities.subarray(i * classes, (i + 1) * classes), row * classes);
    });
  }
  return result;
}

/**
 * What configurations say under another seed, by the mean of their weights, of the examples that judge.
 *
 * @param seed from 2 on: that of the search is the first
 */
export async function underSeed(session: Session, members: Members, seed: number): Promise<Float32Array> {
  if (session.judging.basis === 'folds') return foldTrials(session, members, seed);
  const [{ trial }] = members;
  const { train, validation } = session.data.splits;
  const trained = await retrainAll(session, members, {
    scope: `seed-${seed}`,
    train,
    start: () => session.starts.ofTrial(trial.configuration.backbone),
  });
  return predictWith(session, trial, trained, validation);
}
